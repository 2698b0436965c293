import { GenesisError, mergeErrors } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";

/** Stands for an account that does not exist yet; a first phase of a bootstrap may still hold it. */
export const ACCOUNT_TO_COME = "000000000001";

/** What the repository holds until somebody fills it in: RFC 2606's domains, account ids of zeros, fictional phone numbers. */
const PLACEHOLDER = /\bexample\.(?:com|net|org)\b|(?<!\d)0{11}\d(?!\d)|\b555 01\d\d\b/;

/** Whether a text holds a placeholder. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/**
 * Throws one `placeholder-left` that names each line that still holds a placeholder, comments aside.
 * `files` have paths as the user knows them; `accepted` are placeholders that are no mistake now.
 */
export function checkPlaceholders(
  files: readonly { path: string; text: string }[],
  accepted: readonly string[] = [],
): void {
  const [first, ...others] = files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const found = PLACEHOLDER.exec(line.replace(/^\s*(#|\/\/).*/, ""))?.[0];
      if (found === undefined || accepted.includes(found)) return [];
      const fact = `${quoteText(found)} is a placeholder`;
      return [new GenesisError({ code: "placeholder-left", subject: `${path}:${index + 1}`, fact })];
    }),
  );
  if (first !== undefined) throw mergeErrors([first, ...others]);
}
