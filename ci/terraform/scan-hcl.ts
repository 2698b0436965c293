/** A piece of HCL text; white space lies between pieces. A text with what it interpolates is one piece, as is a heredoc. */
export interface HclToken {
  kind: "newline" | "comment" | "text" | "heredoc" | "word" | "mark";
  /** Offset of its first character. */
  start: number;
  /** Offset behind its last character. */
  end: number;
  /** As it is written. */
  source: string;
}

/** A value as it stands in the text. */
export interface HclValue {
  start: number;
  end: number;
  /** Of an object that is written out; undefined for every other value. */
  entries: readonly HclEntry[] | undefined;
}

/** `key = value`, in an object or a file. */
export interface HclEntry {
  /** As parse-hcl.ts gives it. */
  key: string;
  /** Offset of the key. */
  start: number;
  value: HclValue;
}

/** The text is none that these functions know their way in, though Terraform may well read it. */
export class HclLayoutError extends Error {}

/** https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#lexical-elements */
const TOKEN = new RegExp(
  [
    /(?<newline>\r?\n)/u,
    /(?<comment>(?:#|\/\/)[^\n]*?(?=\r?\n|$)|\/\*[\s\S]*?\*\/)/u,
    /(?<heredoc><<-?(?<marker>[\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n(?:[^\n]*\n)*?[ \t]*\k<marker>(?=[ \t]*\r?(?:\n|$)))/u,
    /(?<word>[\p{ID_Start}_][\p{ID_Continue}-]*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/u,
    /(?<mark>[=!<>]=|=>|&&|\|\||\.\.\.|[\s\S])/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "uy",
);
/** Up to what counts in a text: its end, an escape, or an interpolation. */
const TEXT_PIECE = /[^"\\$%]*("|\\[\s\S]|\$\$\{|%%\{|[$%]\{|[$%])/uy;
const SPACE = /[ \t\ufeff]*/uy;

/** Splits HCL into its pieces. Throws `HclLayoutError` for a text without an end. */
export function scanHcl(text: string): HclToken[] {
  const tokens: HclToken[] = [];
  for (let token = readToken(text, 0); token !== undefined; token = readToken(text, token.end)) tokens.push(token);
  return tokens;
}

function readToken(text: string, at: number): HclToken | undefined {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  const start = SPACE.lastIndex;
  if (start >= text.length) return undefined;
  if (text[start] === '"') return take(text, "text", start, findTextEnd(text, start + 1));
  TOKEN.lastIndex = start;
  const groups = TOKEN.exec(text)?.groups ?? {};
  const kind = (["newline", "comment", "heredoc", "word"] as const).find((each) => groups[each] !== undefined);
  return take(text, kind ?? "mark", start, TOKEN.lastIndex);
}

function take(text: string, kind: HclToken["kind"], start: number, end: number): HclToken {
  return { kind, start, end, source: text.slice(start, end) };
}

/** Where a text ends whose opening quote stands before `at`. */
function findTextEnd(text: string, at: number): number {
  let index = at;
  for (;;) {
    TEXT_PIECE.lastIndex = index;
    const sign = TEXT_PIECE.exec(text)?.[1];
    if (sign === undefined) throw new HclLayoutError("a text in it has no end");
    index = TEXT_PIECE.lastIndex;
    if (sign === '"') return index;
    if (sign === "${" || sign === "%{") index = findTemplateEnd(text, index);
  }
}

/** Where an interpolation ends whose opening brace stands before `at`. */
function findTemplateEnd(text: string, at: number): number {
  let depth = 1;
  for (let token = readToken(text, at); token !== undefined; token = readToken(text, token.end)) {
    depth += measureBracket(token);
    if (depth === 0) return token.end;
  }
  throw new HclLayoutError("a text in it has no end");
}

/** 1 for an opening bracket, -1 for a closing one, else 0. */
function measureBracket({ kind, source }: HclToken): number {
  if (kind !== "mark") return 0;
  if ("{[(".includes(source)) return 1;
  return "}])".includes(source) ? -1 : 0;
}

/** The entries of a file of values, down to the innermost object. Throws `HclLayoutError`. */
export function readHcl(text: string): HclEntry[] {
  const reader = { tokens: scanHcl(text), at: 0 };
  const entries = readEntries(reader);
  if (reader.at < reader.tokens.length) throw new HclLayoutError("a bracket in it has no opening one");
  return entries;
}

interface Reader {
  tokens: readonly HclToken[];
  at: number;
}

/** Up to the closing brace of an object, or to the end of the file. */
function readEntries(reader: Reader): HclEntry[] {
  const entries: HclEntry[] = [];
  for (;;) {
    skip(reader, ({ kind, source }) => kind === "newline" || kind === "comment" || source === ",");
    const first = reader.tokens[reader.at];
    if (first === undefined || first.source === "}") return entries;
    const key: HclToken[] = [];
    skip(reader, (token) => {
      if (token.source === "=" || token.source === ":") return false;
      if (token.kind === "newline" || measureBracket(token) !== 0) throw new HclLayoutError("a key in it is no name");
      if (token.kind !== "comment") key.push(token);
      return true;
    });
    reader.at++;
    entries.push({ key: readKey(key), start: first.start, value: readValue(reader) });
  }
}

function skip(reader: Reader, more: (token: HclToken) => boolean): void {
  for (let token = reader.tokens[reader.at]; token !== undefined && more(token); token = reader.tokens[++reader.at]);
}

/** A value goes to the end of its line, or to the comma or bracket that ends it. */
function readValue(reader: Reader): HclValue {
  skip(reader, ({ kind }) => kind === "comment");
  const first = reader.tokens[reader.at];
  if (first === undefined || first.kind === "newline") throw new HclLayoutError("a key in it has no value");
  let entries: HclEntry[] | undefined;
  let last = first;
  if (first.source === "{") {
    reader.at++;
    entries = readEntries(reader);
    last = reader.tokens[reader.at++] ?? first;
    if (last.source !== "}") throw new HclLayoutError("an object in it has no end");
  }
  let depth = 0;
  skip(reader, (token) => {
    const change = measureBracket(token);
    if (depth === 0 && (token.kind === "newline" || token.source === "," || change < 0)) return false;
    depth += change;
    if (token.kind === "comment" || token.kind === "newline") return true;
    // More than the object itself: an expression, or it is none.
    if (token.start > last.start) entries = undefined;
    last = token;
    return true;
  });
  return { start: first.start, end: last.end, entries };
}

function readKey(tokens: readonly HclToken[]): string {
  const source = tokens.map((token) => token.source).join("");
  if (tokens.length !== 1 || tokens[0]?.kind !== "text") return source.normalize("NFC");
  const plain = source.slice(1, -1).replaceAll(/\\U([0-9a-fA-F]{8})|\\(u[0-9a-fA-F]{4}|[\s\S])/gu, (_, code, short) => {
    return code === undefined ? JSON.parse(`"\\${short}"`) : String.fromCodePoint(Number.parseInt(code, 16));
  });
  return plain.normalize("NFC");
}
