/** Bidirectional controls, which show text in another order than it is read: https://trojansource.codes */
const HIDDEN = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be found
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Makes untrusted text harmless in a log or a document: no terminal codes, no hidden reordering, and no command of a workflow
 * (`::set-output …` at the start of a line, `##[…]` anywhere), which a zero-width space takes apart.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function makeInert(text: string): string {
  const encode = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(HIDDEN, encode)
    .replaceAll(CONTROLS, encode)
    .replaceAll(/^([^\S\n\u2028\u2029]*):(?=:)/gm, "$1:\u200b")
    .replaceAll("##[", "##\u200b[");
}

/** The longest subject of an error. */
const LINE_MAX = 300;

/** Shows untrusted text, such as the name of a file, on one line: inert and cut. */
export function showLine(text: string): string {
  const cut = text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)}…` : text;
  return makeInert(cut.replaceAll(/[\n\r\t\u2028\u2029]/g, (char) => JSON.stringify(char).slice(1, -1)));
}
