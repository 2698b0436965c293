import { GenesisError } from "./errors.js";
import { quoteText } from "./names.js";

/** Parses `--format`: one of those offered. Throws `format-unknown`. */
export function parseChoice<Format extends string>(text: string, offered: readonly Format[]): Format {
  const found = offered.find((each) => each === text);
  if (found !== undefined) return found;
  throw new GenesisError({
    code: "format-unknown",
    subject: `format ${quoteText(text)}`,
    fact: `the formats are ${offered.slice(0, -1).join(", ")} and ${offered.at(-1)}`,
  });
}

/** Formats that lists and reports come in: for people and for programs. */
export const TABLE_OR_JSON = ["table", "json"] as const;
/** Parses `--format` of what is for people or for programs. Throws `format-unknown`. */
export const parseFormat = (text: string): Format => parseChoice(text, TABLE_OR_JSON);

export type Format = (typeof TABLE_OR_JSON)[number];
