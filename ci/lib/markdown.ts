import { makeInert } from "./inert.js";

/** Untrusted text as a code span: a mention, an image or HTML in it stays text. Line breaks and other controls are shown as codes. */
export function formatCode(text: string): string {
  const flat = makeInert(text).replaceAll(/[\n\t]/g, (char) => (char === "\n" ? "\\n" : "\\t"));
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  // CommonMark takes one space off both ends where there is a backtick.
  const pad = longest > 0 || flat.trim() === "" ? " " : "";
  return `${ticks}${pad}${flat}${pad}${ticks}`;
}

/** Several code spans, all of them: what a list leaves out nobody reads. */
export function formatCodes(texts: readonly string[]): string {
  return texts.map(formatCode).join(", ");
}

/** Untrusted text in a fence that nothing in it can close. */
export function formatFence(text: string, language: string): string {
  const inert = makeInert(text);
  const longest = Math.max(2, ...[...inert.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${inert.replace(/\n*$/, "")}\n${fence}\n`;
}
