import { makeInert } from "../../lib/inert.js";

/** Longest name in a label, in characters. */
const LABEL_MAX = 48;

/**
 * Untrusted text in a label: everything but plain characters becomes an entity code (`#35;` is Mermaid's spelling), so that no quote, bracket,
 * backtick or tag ends a label or becomes Markdown or HTML: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export function escapeLabel(text: string): string {
  const flat = cutText(makeInert(text).replaceAll(/\s+/g, " ").trim());
  const encode = (character: string) => `#${character.codePointAt(0)};`;
  return flat.replaceAll(/[^A-Za-z0-9 ,._/+…·−-]/gu, encode);
}

/** A label of several lines, the first of which is the name. Only the line breaks are not from the data. */
export function formatLabel(lines: readonly string[]): string {
  return `"${lines.map(escapeLabel).join("<br/>")}"`;
}

/** Surrogate pairs stay whole. */
function cutText(text: string): string {
  const characters = [...text];
  return characters.length <= LABEL_MAX ? text : `${characters.slice(0, LABEL_MAX - 1).join("")}…`;
}
