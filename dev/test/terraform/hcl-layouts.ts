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

interface Pen {
  draw: Draw;
  /** No comment inside of a line, and no bracket that opens lines behind another: `terraform fmt` itself does not expect those everywhere. */
  isTidy: boolean;
}

/** Writes data in any layout that Terraform reads, with comments of all kinds; or in any that `terraform fmt` brings to its own. */
export function layOut(draw: Draw, data: Record<string, unknown>, isTidy = false): string {
  const pen = { draw, isTidy };
  const entries = Object.entries(data).map(
    ([key, value]) => `${lines(pen)}${key}${gap(pen)}=${gap(pen)}${finish(pen, write(pen, value, true))}\n`,
  );
  return `${entries.join("")}${lines(pen)}`;
}

function write(pen: Pen, value: unknown, isWhole: boolean): string {
  if (typeof value === "string") return writeText(pen, value, isWhole);
  if (Array.isArray(value)) {
    if (pen.isTidy) return writeTidyList(pen, value);
    const items = value.map((item, index) => {
      const comma = index < value.length - 1 || pen.draw(fc.boolean) ? "," : "";
      return `${any(pen)}${write(pen, item, false)}${any(pen)}${comma}`;
    });
    return `[${items.join("")}${any(pen)}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return writeObject(pen, Object.entries(value));
}

function writeTidyList(pen: Pen, items: readonly unknown[]): string {
  const isOneLine = !items.some(isLarge) && pen.draw(fc.boolean);
  const inside = items.map((item) => `${write(pen, item, false)},${isOneLine ? " " : `${end(pen)}\n`}`);
  return isOneLine ? `[${inside.join("").slice(0, -2)}]` : `[\n${inside.join("")}]`;
}

const isLarge = (value: unknown) => typeof value === "object" && value !== null;

function writeObject(pen: Pen, entries: readonly [string, unknown][]): string {
  const isOneLine = pen.draw(fc.boolean) && !(pen.isTidy && entries.some(([, value]) => isLarge(value)));
  const inside = entries.map(([key, value], index) => {
    const name = /^(?!for$)[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && pen.draw(fc.boolean) ? key : quote(key);
    const entry = `${name}${gap(pen)}${pen.draw(fc.constantFrom, "=", ":")}${gap(pen)}`;
    if (isOneLine) {
      const comma = index < entries.length - 1 || pen.draw(fc.boolean) ? "," : "";
      return `${gap(pen)}${entry}${write(pen, value, false)}${gap(pen)}${comma}${gap(pen)}`;
    }
    const written = finish(pen, write(pen, value, true), pen.draw(fc.constantFrom, "", "", ","));
    return `${lines(pen)}${entry}${written}\n`;
  });
  const start = isOneLine ? gap(pen) : `${end(pen)}\n`;
  return `{${start}${inside.join("")}${isOneLine ? "" : lines(pen)}}`;
}

/** What follows a value on its line: nothing where it is a heredoc. */
function finish(pen: Pen, written: string, comma = ""): string {
  return written.startsWith("<<") ? written : `${written}${gap(pen)}${comma}${end(pen)}`;
}

/** `isWhole`: nothing need follow on the line, so that a heredoc can stand there. */
function writeText(pen: Pen, text: string, isWhole: boolean): string {
  const isPlain = /^(?:[\w #}={/*.,-]*\n)+$/.test(text) && !/^\s*E\s*$/m.test(text);
  return isWhole && isPlain && pen.draw(fc.boolean) ? `<<E\n${text}E` : quote(text);
}

function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll("\\b", "\\u0008")
    .replaceAll("\\f", "\\u000c")
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** Between two pieces of a line. */
const gap = ({ draw, isTidy }: Pen) =>
  draw(fc.constantFrom, " ", "", "  ", "\t", ...(isTidy ? [] : [" ", " /* } */ ", " /* a\n = 1 */ "]));
/** Before the end of a line. */
const end = ({ draw, isTidy }: Pen) =>
  draw(fc.constantFrom, "", "", "", " ", " # } why", " // {", ...(isTidy ? [] : [" /* [ */"]));
/** Whole lines, and the indent of the next. */
const lines = ({ draw, isTidy }: Pen) =>
  draw(fc.constantFrom, "  ", "", "  ", "\n", "# one\n\t", "  // two {\n\n", ...(isTidy ? [] : ["/* three\n\n */ "]));
/** Between two pieces of a list. */
const any = ({ draw }: Pen) => draw(fc.constantFrom, "", "", " ", "\n", " # x ]\n", "\n// y\n", " /* ] */ ");
