import { GenesisError } from "../lib/errors.js";

/** ✓ is as it should be, + comes with the first apply, ! is to be known, ✗ is in the way. */
export type Mark = "✓" | "+" | "!" | "✗";

/** One line of the checklist. */
export interface Check {
  mark: Mark;
  text: string;
}

/** What stands in the way, in its own words and with its next step. */
export function failCheck(error: GenesisError): Check {
  return { mark: "✗", text: error.message };
}

/**
 * Returns the checklist with the next step, or throws it as `bootstrap-incomplete` where something is left for a person: the caller's exit
 * code is then not zero.
 */
export function concludeChecklist(checks: readonly Check[], next: string): string {
  const list = checks.map(({ mark, text }) => `${mark} ${text}\n`).join("");
  const failed = checks.filter(({ mark }) => mark === "✗");
  if (failed.length === 0) return `${list}\nNext: ${next}\n`;
  throw new GenesisError({
    code: "bootstrap-incomplete",
    subject: "bootstrap",
    fact: `${failed.length} of ${checks.length} checks need you`,
    details: list,
  });
}
