import type { GenesisError } from "../lib/errors.js";
import { formatCode, formatFence } from "../lib/markdown.js";
import { formatKey } from "./format-hcl.js";

/** Something in AWS that neither the data nor the state has, so that no plan tells it. */
export interface Finding {
  /** Such as `person bo, Billing in account shop`; what an exception of the data names. */
  what: string;
  reason: string;
  /** Whether it lets somebody do something: an exception for it needs a last day. */
  isAccess: boolean;
}

/** What an inventory of AWS came to. */
export interface Inventory {
  found: readonly Finding[];
  /** What the data lets stay, with the reason, and exceptions of the data that nothing needs. */
  notes: readonly string[];
  /** Parts that could not be read. */
  unseen: readonly GenesisError[];
}

/** That of code which is no organization's. */
export const NOTHING_FOUND: Inventory = { found: [], notes: [], unseen: [] };

/** How many findings a report has at most; a summary takes 65,000 characters. */
const SHOWN_MAX = 100;

/** Whether there is no drift that a plan does not tell, and that is known. */
export function isEmptyInventory({ found, unseen }: Inventory): boolean {
  return found.length === 0 && unseen.length === 0;
}

/** What was found, as Markdown: one line each, then how it is taken in or let stay. */
export function renderInventory({ found, notes, unseen }: Inventory): string {
  const lines = found.map(({ what, reason }) => `${formatCode(what)}: ${formatCode(reason)}`);
  const more = lines.length > SHOWN_MAX ? [`and ${lines.length - SHOWN_MAX} more`] : [];
  const failures = unseen.map(
    ({ code, subject, parts }) => `${code}: ${formatCode(subject)}, ${formatCode(parts.fact)}`,
  );
  return [
    renderList("In AWS, and not in the data", [...lines.slice(0, SHOWN_MAX), ...more]),
    found.length === 0 ? "" : `\n${ADVICE}\n\n${formatFence(renderExceptions(found), "hcl")}`,
    renderList("Not read, so nobody knows", failures),
    renderList("Also", notes.map(formatCode)),
  ].join("");
}

const ADVICE =
  "Remove it in AWS, or take it in: `dagger call adopt`. What is meant to stay, and the data cannot say, has a line in `terraform/organization.auto.tfvars`:";

/** The lines that let the first findings stay. */
function renderExceptions(found: readonly Finding[]): string {
  const entries = found.slice(0, 5).map(({ what, isAccess }) => {
    const fields = ['reason = "…"', ...(isAccess ? ['expires = "YYYY-MM-DD"'] : [])];
    return `  ${formatKey(what)} = { ${fields.join(", ")} }\n`;
  });
  return `exceptions = {\n${entries.join("")}}`;
}

function renderList(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `\n### ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`;
}
