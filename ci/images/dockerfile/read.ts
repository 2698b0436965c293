import { SPACE, splitWords } from "./expand.js";

/** One instruction, as BuildKit's parser splits it (frontend/dockerfile/parser). */
export interface Instruction {
  /** Where it begins, from 1. */
  line: number;
  /** In capitals. */
  keyword: string;
  /** `--name=value`, without quotes. */
  flags: readonly string[];
  /** What stands behind the flags. */
  rest: string;
  /** The words of the form `["…", "…"]`. */
  json?: readonly string[];
  /** What an ONBUILD holds. */
  trigger?: Instruction;
}

export interface Dockerfile {
  instructions: readonly Instruction[];
  /** `\`, or what `# escape=` says. */
  token: string;
}

const LEADING = new RegExp(`^[${SPACE}]+`);
const TRAILING = new RegExp(`(?<![${SPACE}])[${SPACE}]+$`);
const IS_SPACE = new RegExp(`[${SPACE}]`);
const IS_COMMENT = new RegExp(`^[${SPACE}]*#`);
const DIRECTIVE = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*([^\n]+?)[\t\n\f\r ]*$/;
const HEREDOC = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/;
/** What takes a text behind it, and what looks at the form `["…"]`, of all that is looked at here. */
const TAKES_HEREDOC = new Set(["ADD", "COPY", "RUN"]);

const trimStart = (text: string) => text.replace(LEADING, "");
const trim = (text: string) => trimStart(text).replace(TRAILING, "");
const cutMark = (text: string) => text.replace(/^\uFEFF/, "");

/** Splits a Dockerfile. What BuildKit would refuse is split all the same, as far as it goes. */
export function readDockerfile(text: string): Dockerfile {
  const lines = cutMark(text).split("\n");
  const token = findDirective(lines.map(trimStart), "#", "escape")?.value === "`" ? "`" : "\\";
  const continued = token === "`" ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/;
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = at + 1;
    const parts: string[] = [];
    let more = true;
    while (more && at < lines.length) {
      const isFirst = parts.length === 0 && at + 1 === line;
      const read = (lines[at++] ?? "").replace(/\r+$/, "");
      const isEmpty = IS_COMMENT.test(read) || trimStart(read) === "";
      if (isEmpty && !isFirst) continue;
      const part = isEmpty ? "" : isFirst ? trimStart(read) : read;
      more = continued.test(part);
      parts.push(part.replace(continued, "$1"));
    }
    const joined = parts.join("");
    if (trimStart(joined) === "") continue;
    const instruction = readInstruction(joined, line, token);
    instructions.push(instruction);
    for (const { name, chomp } of findHeredocs(instruction, joined)) {
      const isEnd = (each: string) => (chomp ? each.replace(/^\t+/, "") : each).replace(/\r+$/, "") === name;
      while (at < lines.length && !isEnd(lines[at++] ?? ""));
    }
  }
  return { instructions, token };
}

/** The line and the value of the directive that names another frontend, in the forms that BuildKit knows. */
export function findSyntax(text: string): { line: number; value: string } | undefined {
  const lines = cutMark(text).split("\n");
  const shebang = lines[0]?.startsWith("#!") ? 1 : 0;
  const rest = lines.slice(shebang).map((line) => line.replace(/\r$/, ""));
  const found = findDirective(rest, "#", "syntax") ?? findDirective(rest, "//", "syntax") ?? readJsonSyntax(rest);
  return found && { ...found, line: found.line + shebang };
}

function readJsonSyntax(lines: readonly string[]): { line: number; value: string } | undefined {
  const { syntax } = (parseJson(lines.join("\n")) ?? {}) as { syntax?: unknown };
  return typeof syntax === "string" ? { line: 1, value: syntax } : undefined;
}

/** Directives stand at the very top, each once; the first line that is none ends them. */
function findDirective(lines: readonly string[], comment: string, name: string) {
  for (const [index, line] of lines.entries()) {
    const match = line.startsWith(comment) ? DIRECTIVE.exec(trimStart(line.slice(comment.length))) : null;
    const [, key = "", value = ""] = match ?? [];
    if (key.toLowerCase() === name) return { line: index + 1, value };
    if (!["syntax", "escape", "check"].includes(key.toLowerCase())) return undefined;
  }
  return undefined;
}

function readInstruction(text: string, line: number, token: string): Instruction {
  const [, keyword = "", tail = ""] = /^([^\t\v\f\r ]*)[\t\v\f\r ]*(.*)$/s.exec(trim(text)) ?? [];
  const { words, rest } = scanWords(tail, token, true);
  const split: Instruction = { line, keyword: keyword.toUpperCase(), flags: words, rest: trim(rest) };
  if (split.keyword === "ONBUILD") return { ...split, trigger: readInstruction(split.rest, line, token) };
  if (!TAKES_HEREDOC.has(split.keyword) || !split.rest.startsWith("[")) return split;
  const json = parseJson(split.rest);
  return Array.isArray(json) && json.every((word) => typeof word === "string") ? { ...split, json } : split;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function findHeredocs(instruction: Instruction, text: string): { name: string; chomp: boolean }[] {
  const { keyword, json } = instruction.trigger ?? instruction;
  if (!text.includes("<<") || json !== undefined || !TAKES_HEREDOC.has(keyword)) return [];
  return splitWords(text, true).flatMap((word) => parseHeredoc(word) ?? []);
}

/** A word such as `<<-"END"`: the line that ends the text, and whether tabs before it are cut. */
export function parseHeredoc(word: string): { name: string; chomp: boolean } | undefined {
  const [, dash, end = ""] = HEREDOC.exec(word) ?? [];
  const [name, ...others] = splitWords(end, false);
  return name === undefined || others.length > 0 ? undefined : { name, chomp: dash === "-" };
}

/** The arguments of ADD, COPY and FROM: split at white space, whatever is quoted. */
export function listArguments({ json, rest }: Instruction): readonly string[] {
  return json ?? rest.split(/[\t\v\f\r ]+/);
}

/** The assignments of ARG and ENV, still quoted; a name alone has no value. */
export function listAssignments({ keyword, rest }: Instruction, token: string): { name: string; value?: string }[] {
  const { words } = scanWords(rest, token, false);
  if (keyword === "ENV" && words[0]?.includes("=") === false) {
    const [, name = "", value = ""] = /^([^\t\v\f\r ]*)[\t\v\f\r ]+(.*)$/s.exec(rest) ?? [];
    return [{ name, value }];
  }
  return words.map((word) => {
    const at = word.indexOf("=");
    return at < 0 ? { name: word } : { name: word.slice(0, at), value: word.slice(at + 1) };
  });
}

/**
 * BuildKit's extractBuilderFlags, which takes the words that begin with `--` and drops their quotes and escapes, and its
 * parseWords, which takes all and drops none.
 */
function scanWords(text: string, token: string, flags: boolean): { words: string[]; rest: string } {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && IS_SPACE.test(text.charAt(at))) at++;
    if (at === text.length || (flags && !text.startsWith("--", at))) return { words, rest: text.slice(at) };
    let word = "";
    let quote = "";
    let isQuoted = false;
    for (; at < text.length && (quote !== "" || !IS_SPACE.test(text.charAt(at))); at++) {
      const char = text.charAt(at);
      const isQuote = quote === "" ? char === "'" || char === '"' : char === quote;
      const isEscape = char === token && (flags || quote !== "'");
      if (isEscape && at + 1 === text.length) continue;
      if (isQuote) {
        quote = quote === "" ? char : "";
        isQuoted = true;
      }
      if (!flags || !(isQuote || isEscape)) word += char;
      if (isEscape) word += text.charAt(++at);
    }
    if (flags && word === "--") return { words, rest: text.slice(at) };
    if (word !== "" || isQuoted) words.push(word);
  }
}

/** The values of a flag. */
export function findFlags({ flags }: Instruction, name: string): string[] {
  return flags.flatMap((flag) => {
    const [, key = "", value = ""] = /^--([^=]*)=?(.*)$/s.exec(flag) ?? [];
    return key.toLowerCase() === name ? [value] : [];
  });
}

/** The name that FROM gives its stage, in small letters; empty without one. */
export function readStageName(from: Instruction): string {
  const [, as = "", name = "", ...others] = listArguments(from);
  return as.toLowerCase() === "as" && others.length === 0 ? name.toLowerCase() : "";
}

/** What each `--mount=` of RUN takes its files from, where it says so. Its value is a line of CSV; the last of a key counts. */
export function listMounts(run: Instruction): string[] {
  return findFlags(run, "mount").flatMap((mount) => {
    const fields = [...mount.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"(?=,|$)|([^,]*))/g)];
    const from = fields.map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain).findLast(isFrom);
    return from === undefined ? [] : [from.slice("from=".length)];
  });
}

const isFrom = (field: string) => field.toLowerCase().startsWith("from=");
