import { isDeepStrictEqual } from "node:util";
import { GenesisError } from "../lib/errors.js";
import { DATA_PATH } from "../terraform/code.js";
import { parseHcl } from "../terraform/parse-hcl.js";
import { ACCOUNT_TO_COME } from "../terraform/placeholders.js";
import type { Adopt, BootstrapData } from "./data.js";

/** What is to be written into the data. */
export interface Adoption {
  adopt: Adopt;
  /** `public_ecr.account_id`, where the data waits for it and the account is there. */
  dedicatedId: string | undefined;
  /** What the data does not say yet, as `adopt.kind.name = id`. */
  changes: readonly string[];
}

/** `adopt` as `terraform fmt` leaves it: it starts a line, and its closing brace too, or stands on the same line. */
const BLOCK = /^adopt\s*=\s*\{(?:[^\n]*\}[ \t]*|[^\n]*\n(?:(?!\}).*\n)*?\}[ \t]*)$/m;

/**
 * Writes an adoption into the text of the data, and leaves every other character as it is. The result is parsed again: where it says
 * anything but what was meant, or where a comment would be lost, that is `data-unwritable` with what to write by hand.
 */
export async function editData({ text }: BootstrapData, adoption: Adoption): Promise<string> {
  const { adopt, dedicatedId } = adoption;
  const block = formatAdopt(adopt);
  const old = BLOCK.exec(text)?.[0];
  if (old !== undefined && /#|\/\/|\/\*/.test(old)) throw refuse("there is a comment in adopt", adoption);
  const joined = old === undefined ? `${text.replace(/\n*$/, "\n\n")}${block}\n` : text.replace(BLOCK, () => block);
  const edited =
    dedicatedId === undefined
      ? joined
      : joined.replace(new RegExp(`^(\\s*account_id\\s*=\\s*)"${ACCOUNT_TO_COME}"`, "m"), `$1"${dedicatedId}"`);
  const before = await parse(text);
  const after = await parse(edited).catch(() => undefined);
  const meant = { ...before, adopt, ...(dedicatedId && { public_ecr: withId(before.public_ecr, dedicatedId) }) };
  if (isDeepStrictEqual(normalize(after), normalize(meant))) return edited;
  throw refuse("its layout is another than that of terraform fmt", adoption);
}

const parse = (text: string) => parseHcl({ path: DATA_PATH, text, hash: "" });
const withId = (value: unknown, account_id: string) => ({ ...(value as object), account_id });
/** Without the difference between objects that parsers make. */
const normalize = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null, sortKeys));

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As `terraform fmt` writes it. */
export function formatAdopt(adopt: Adopt): string {
  const kinds = Object.entries(adopt).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = kinds.flatMap(([kind, ids]) => {
    const entries = Object.entries(ids).map(([name, id]) => [formatKey(name), formatText(id)] as const);
    const width = Math.max(...entries.map(([key]) => key.length));
    return [`  ${formatKey(kind)} = {`, ...entries.map(([key, value]) => `    ${key.padEnd(width)} = ${value}`), "  }"];
  });
  return ["adopt = {", ...lines, "}"].join("\n");
}

function formatKey(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? name : formatText(name);
}

/** https://developer.hashicorp.com/terraform/language/expressions/strings: a template in a name would be evaluated. */
function formatText(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (char) => char + char);
}

function refuse(fact: string, { changes }: Adoption): GenesisError {
  return new GenesisError({
    code: "data-unwritable",
    subject: DATA_PATH,
    fact: `${fact}, so that it cannot be edited safely`,
    details: changes,
  });
}
