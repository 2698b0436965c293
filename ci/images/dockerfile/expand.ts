/** Stands in a word for what only the build knows: the engine's own platform, a variable of the base image. */
export const UNKNOWN = "\0";

/** What a variable holds; undefined where it is not set, UNKNOWN where only the build knows. */
export type Lookup = (name: string) => string | undefined;

/** White space as Go's unicode.IsSpace has it. */
export const SPACE = "\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]`);
const SPECIAL = "@*#?-$!0";

/**
 * Removes quotes and escapes from a word and puts in its variables, as BuildKit does before it looks at one. UNKNOWN where
 * that fails (BuildKit then refuses the file) or cuts and replaces, which is not done here.
 */
export function expandWord(word: string, token: string, lookup: Lookup): string {
  try {
    return new Lexer(word, { token, lookup, raw: false }).process().text;
  } catch {
    return UNKNOWN;
  }
}

/** The words of a line, split as a shell would, with their variables left alone; with `raw`, quotes and escapes too. */
export function splitWords(line: string, raw: boolean): string[] {
  try {
    return new Lexer(line, { token: "\\", raw, rawEscapes: raw }).process().words;
  } catch {
    return [];
  }
}

interface Options {
  token: string;
  /** Quotes stay. */
  raw: boolean;
  rawEscapes?: boolean;
  /** Without it, variables stay as they are written. */
  lookup?: Lookup;
}

/** BuildKit's shell.Lex (frontend/dockerfile/shell/lex.go), step by step. */
class Lexer {
  readonly #text: readonly string[];
  readonly #options: Options;
  #at = 0;
  #rawEscapes: boolean;
  /** The word at work. What stands inside ${x:-…} is split in the same place, and starts it anew: so it is there too. */
  #word = "";

  constructor(text: string, options: Options) {
    this.#text = [...text.replace(/^\uFEFF/, "")];
    this.#options = options;
    this.#rawEscapes = options.rawEscapes ?? false;
  }

  process(stop?: string, rawEscapes = this.#rawEscapes): { text: string; words: string[] } {
    const before = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    let text = "";
    const words: string[] = [];
    let inWord = false;
    this.#word = "";
    const add = (part: string) => {
      this.#word += part;
      inWord = true;
    };
    const finish = () => {
      if (this.#word !== "") words.push(this.#word);
      this.#word = "";
    };
    const split = (part: string) => {
      for (const char of part) {
        if (!SPACES.test(char)) add(char);
        else if (inWord && this.#word !== "") {
          finish();
          inWord = false;
        }
      }
    };
    for (let char = this.#peek(); char !== undefined; char = this.#peek()) {
      if (char === stop) {
        this.#at++;
        finish();
        this.#rawEscapes = before;
        return { text, words };
      }
      const special = this.#readSpecial(char);
      if (special !== undefined) {
        text += special;
        if (char === "$") split(special);
        else add(special);
        continue;
      }
      this.#at++;
      if (char !== this.#options.token) {
        split(char);
        text += char;
        continue;
      }
      const escaped = this.#next();
      const kept = (this.#rawEscapes ? char : "") + (escaped ?? "");
      if (kept !== "") add(kept);
      text += kept;
    }
    if (stop !== undefined) throw new SyntaxError(`no ${stop}`);
    finish();
    return { text, words };
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #next(): string | undefined {
    return this.#text[this.#at++];
  }

  #readSpecial(char: string): string | undefined {
    if (char === "$") return this.#readDollar();
    if (char === "<") return this.#readHeredoc();
    if (char === "'") return this.#readSingle();
    if (char === '"') return this.#readDouble();
    return undefined;
  }

  #readHeredoc(): string {
    this.#at++;
    if (this.#peek() !== "<") return "<";
    const start = this.#at++;
    while (/^[\t\r ]$/.test(this.#peek() ?? "")) this.#at++;
    return `<${this.#text.slice(start, this.#at).join("")}`;
  }

  #readSingle(): string {
    const start = this.#at;
    const end = this.#text.indexOf("'", start + 1);
    if (end < 0) throw new SyntaxError("no '");
    this.#at = end + 1;
    const quoted = this.#text.slice(start + 1, end).join("");
    return this.#options.raw ? `'${quoted}'` : quoted;
  }

  #readDouble(): string {
    this.#at++;
    let text = "";
    for (;;) {
      const char = this.#peek();
      if (char === undefined) throw new SyntaxError('no "');
      if (char === "$") {
        text += this.#readDollar();
        continue;
      }
      this.#at++;
      if (char === '"') return this.#options.raw ? `"${text}"` : text;
      const escaped = this.#peek();
      if (char !== this.#options.token) text += char;
      else {
        if (this.#rawEscapes) text += char;
        if (escaped === undefined) continue;
        text += escaped === '"' || escaped === "$" || escaped === char ? this.#next() : char;
      }
    }
  }

  #readDollar(): string {
    this.#at++;
    const { lookup } = this.#options;
    if (this.#peek() !== "{") {
      const name = this.#readName();
      if (name === "") return "$";
      return lookup === undefined ? `$${name}` : (lookup(name) ?? "");
    }
    this.#at++;
    if (["{", "}", ":", undefined].includes(this.#peek())) throw new SyntaxError("bad substitution");
    const name = this.#readName();
    const value = lookup?.(name);
    let operator = this.#next() ?? "";
    if (operator === "}") return lookup === undefined ? `\${${name}}` : (value ?? "");
    if (operator === "/") {
      if (this.#peek() === "/") this.#at++;
      const [pattern, replacement] = [this.process("/", true).text, this.process("}", true).text];
      return lookup === undefined ? `\${${name}/${pattern}/${replacement}}` : UNKNOWN;
    }
    if (operator === ":") operator += this.#next() ?? "";
    if (!/^(?::[^#%]|[-+?#%])$/su.test(operator)) throw new SyntaxError("unsupported modifier");
    const cuts = operator === "#" || operator === "%";
    const word = this.process("}", cuts).text;
    if (lookup === undefined) return `\${${name}${operator}${word}}`;
    if (cuts || value === UNKNOWN) return UNKNOWN;
    const isSet = value !== undefined && !(operator.startsWith(":") && value === "");
    if (operator.endsWith("+")) return isSet ? word : "";
    if (isSet && /[-?]$/.test(operator)) return value;
    if (operator.endsWith("-")) return word;
    throw new SyntaxError(`${name} is not set`);
  }

  #readName(): string {
    const first = this.#peek() ?? "";
    const isDigit = (char: string) => /^\p{Nd}$/u.test(char);
    if (!isDigit(first) && first !== "" && SPECIAL.includes(first)) return this.#next() ?? "";
    const belongs = isDigit(first) ? isDigit : (char: string) => /^[\p{L}\p{Nd}_]$/u.test(char);
    const start = this.#at;
    while (belongs(this.#peek() ?? "")) this.#at++;
    return this.#text.slice(start, this.#at).join("");
  }
}
