import fc from "fast-check";

/** Values that break what only expects good ones, beside those that fast-check makes: it knows numbers, nothings and prototypes. */
const NASTY: readonly unknown[] = [
  "\n::error::x",
  "\u001b[2J",
  "\u202e\ufeff",
  "../../etc/passwd",
  "${jsonencode(1)}",
  "x".repeat(5000),
  { constructor: { prototype: { polluted: true } } },
  Array.from({ length: 300 }, (_, index) => index),
];
/** Texts put in at any place: JSON's own characters, and what a line or a terminal could take for a command. */
const PIECES = [
  ...NASTY.map((each) => (typeof each === "string" ? each : JSON.stringify(each))),
  ...'{}[]"\\,:\n\r\0',
  "${",
  "<<EOF\n",
  "\ufffd",
  "9".repeat(400),
];

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Some characters become others: a piece, noise, nothing, or what stands elsewhere in the document, once or often. */
const splice = fc.record({
  at: place,
  cut: fc.oneof(fc.nat(1), fc.nat(60), fc.constant(Number.POSITIVE_INFINITY)),
  insert: fc.oneof(
    fc.constantFrom("", ...PIECES),
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.record({ from: place, length: fc.nat(60), times: fc.nat(60) }),
  ),
});

/** What becomes of a value of a JSON document. Without a result the value is removed from its holder. */
type Edit = (old: unknown, holder: object) => unknown;
/** Stands for a value that is nested deeper than JSON.stringify can write. */
const DEEP = "deep:";
/** Most characters that growing comes to: the parsers are tried, not the memory. */
const GROWN_MAX = 20_000;
const grow = (old: unknown, length: number) =>
  Array.from({ length: Math.min(length, GROWN_MAX / JSON.stringify(old).length) }, () => old);

const jsonChange = fc.record({
  at: place,
  edit: fc.oneof<fc.Arbitrary<Edit>[]>(
    fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 })).map((value) => () => value),
    fc.constant(() => undefined),
    fc.string({ maxLength: 300 }).map((key) => (value, holder) => {
      // As JSON.parse sets it: `__proto__` too becomes a field of its own.
      if (!Array.isArray(holder))
        Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
    }),
    fc.constantFrom(1, 3, 200, 20_000).map((depth) => () => `${DEEP}${depth}`),
    fc.nat(200).map((length) => (old) => grow(old, length)),
  ),
});

const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 4 });

/**
 * Documents to fuzz a parser with: those of a corpus with text cut, doubled and moved about, JSON changed by its structure, and texts of
 * no corpus at all.
 */
export function arbitraryDocument(corpus: readonly string[]): fc.Arbitrary<string> {
  const json = corpus.filter(isJson);
  const texts = fc.tuple(fc.constantFrom(...corpus), some(splice));
  const values = () => fc.tuple(fc.constantFrom(...json), some(jsonChange));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...corpus) },
    { weight: 6, arbitrary: texts.map(([text, steps]) => steps.reduce(spliceText, text)) },
    ...(json.length === 0
      ? []
      : [{ weight: 6, arbitrary: values().map(([text, steps]) => writeDeep(steps.reduce(changeJson, text))) }]),
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function spliceText(
  text: string,
  { at, cut, insert }: typeof splice extends fc.Arbitrary<infer T> ? T : never,
): string {
  const find = (fraction: number) => Math.floor(fraction * (text.length + 1));
  const piece =
    typeof insert === "string"
      ? insert
      : text.slice(find(insert.from), find(insert.from) + insert.length).repeat(insert.times);
  return text.slice(0, find(at)) + piece + text.slice(find(at) + cut);
}

function changeJson(text: string, { at, edit }: { at: number; edit: Edit }): string {
  let count = 0;
  JSON.parse(text, () => void count++);
  let left = Math.floor(at * count);
  const changed = JSON.parse(text, function (this: object, _, old: unknown) {
    const value = left-- === 0 ? edit(old, this) : old;
    // A removed element leaves a hole, which would be written as null.
    return Array.isArray(value) ? value.filter(() => true) : value;
  });
  return JSON.stringify(changed) ?? "null";
}

/** Once: a document that has it many times would be too long for a text. */
function writeDeep(text: string): string {
  return text.replace(new RegExp(`"${DEEP}(\\d+)"`), (_, depth: string) => {
    const times = Number(depth);
    return `${'{"a":['.repeat(times)}1${"]}".repeat(times)}`;
  });
}
