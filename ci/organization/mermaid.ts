import { makeInert } from "../lib/inert.js";
import { cutText } from "./fit-text.js";

/**
 * Mermaid refuses more, and GitHub does not raise them: `maxEdges` and `maxTextSize` of
 * https://mermaid.js.org/config/schema-docs/config.html
 */
export const MERMAID_MAX_EDGES = 500;
export const MERMAID_MAX_TEXT = 50_000;

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
