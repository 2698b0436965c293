import fc from "fast-check";

/** Draws a value, as `fc.gen()` gives it. */
export type Draw = fc.GeneratorValue;

const WORD = fc.constantFrom("a", "bb", "ccc", "a-b", "_x", "infrastructure", "null", "é");
const KEY = fc.oneof(
  { weight: 4, arbitrary: WORD },
  fc.constantFrom("for", "a b", "workloads/prod", "x${y}", "%{", '"', "#", "1", "__proto__", ""),
);
const TEXT = fc.oneof(
  fc.constantFrom("", "x", "}", "# no", "// no", "/* no */", "$${", "<<E", "one\ntwo\n", "\b\f\\", "${a}", "a = {"),
  fc.string({ maxLength: 30, unit: "grapheme" }),
);
const SCALAR = fc.oneof({ weight: 3, arbitrary: TEXT }, fc.integer(), fc.boolean(), fc.constant(null));

/** Values down to objects in objects. */
export const { value: VALUE } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    { weight: 2, arbitrary: SCALAR },
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(KEY, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** What a file says: its keys stand without quotes. */
export const DATA = fc.dictionary(WORD, VALUE, { maxKeys: 4, noNullPrototype: true });

/** A path that may lead through data, or out of it. */
export const PATH = fc
  .tuple(WORD, fc.array(KEY, { maxLength: 3 }))
  .map(([first, more]) => [first, ...more])
  .filter((path) => path.length > 0);

/** Writes data in any layout that Terraform reads, with comments of all kinds. */
export function layOut(pen: Draw, data: Record<string, unknown>): string {
  const entries = Object.entries(data).map(
    ([key, value]) => `${lines(pen)}${key}${gap(pen)}=${gap(pen)}${finish(pen, write(pen, value, true))}\n`,
  );
  return `${entries.join("")}${lines(pen)}`;
}

function write(pen: Draw, value: unknown, isWhole: boolean): string {
  if (typeof value === "string") return writeText(pen, value, isWhole);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => {
      const comma = index < value.length - 1 || pen(fc.boolean) ? "," : "";
      return `${any(pen)}${write(pen, item, false)}${any(pen)}${comma}`;
    });
    return `[${items.join("")}${any(pen)}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return writeObject(pen, Object.entries(value));
}

function writeObject(pen: Draw, entries: readonly [string, unknown][]): string {
  const isOneLine = pen(fc.boolean);
  const inside = entries.map(([key, value], index) => {
    const name = /^(?!for$)[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && pen(fc.boolean) ? key : quote(key);
    const entry = `${name}${gap(pen)}${pen(fc.constantFrom, "=", ":")}${gap(pen)}`;
    if (isOneLine) {
      const comma = index < entries.length - 1 || pen(fc.boolean) ? "," : "";
      return `${gap(pen)}${entry}${write(pen, value, false)}${gap(pen)}${comma}${gap(pen)}`;
    }
    const written = finish(pen, write(pen, value, true), pen(fc.constantFrom, "", "", ","));
    return `${lines(pen)}${entry}${written}\n`;
  });
  const start = isOneLine ? gap(pen) : `${end(pen)}\n`;
  return `{${start}${inside.join("")}${isOneLine ? "" : lines(pen)}}`;
}

/** What follows a value on its line: nothing where it is a heredoc. */
function finish(pen: Draw, written: string, comma = ""): string {
  return written.startsWith("<<") ? written : `${written}${gap(pen)}${comma}${end(pen)}`;
}

/** `isWhole`: nothing need follow on the line, so that a heredoc can stand there. */
function writeText(pen: Draw, text: string, isWhole: boolean): string {
  const isPlain = /^(?:[\w #}={/*.,-]*\n)+$/.test(text) && !/^\s*E\s*$/m.test(text);
  return isWhole && isPlain && pen(fc.boolean) ? `<<E\n${text}E` : quote(text);
}

function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll("\\b", "\\u0008")
    .replaceAll("\\f", "\\u000c")
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** Between two pieces of a line. */
const gap = (draw: Draw) => draw(fc.constantFrom, " ", "", "  ", "\t", " ", " ", " /* } */ ", " /* a\n = 1 */ ");
/** Before the end of a line. */
const end = (draw: Draw) => draw(fc.constantFrom, "", "", "", " ", " # } why", " // {", " /* [ */");
/** Whole lines, and the indent of the next. */
const lines = (draw: Draw) =>
  draw(fc.constantFrom, "  ", "", "  ", "\n", "# one\n\t", "  // two {\n\n", "/* three\n\n */ ");
/** Between two pieces of a list. */
const any = (draw: Draw) => draw(fc.constantFrom, "", "", " ", "\n", " # x ]\n", "\n// y\n", " /* ] */ ");
