import fc from "fast-check";

/** Values that break what only expects good ones. */
const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "\n::error::x",
  "\u001b[2J",
  "\u202e\ufeff",
  "../../etc/passwd",
  "${jsonencode(1)}",
  "__proto__",
  "constructor",
  "x".repeat(5000),
  [],
  {},
  [[[[[[[[[[]]]]]]]]]],
  { constructor: { prototype: { polluted: true } } },
  Array.from({ length: 300 }, (_, index) => index),
];
const KEYS = ["__proto__", "constructor", "toString", "", "\n", "0", "x".repeat(300)];
/** Texts put in at any place: JSON's own characters, and what a line or a terminal could take for a command. */
const PIECES = ["{", "}", "[", "]", '"', "\\", ",", ":", "\n", "\r", "\0", "${", "<<EOF\n", "\ufffd", "9".repeat(400)];

/** A step of a mutation: where, as a fraction, and what. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const textStep = fc.record({
  at: place,
  edit: fc.oneof(
    fc.record({ kind: fc.constant("flip" as const), bit: fc.nat(7) }),
    fc.record({ kind: fc.constant("cut" as const), length: fc.nat(40) }),
    fc.record({ kind: fc.constant("end" as const) }),
    fc.record({ kind: fc.constant("insert" as const), piece: fc.constantFrom(...PIECES) }),
    fc.record({ kind: fc.constant("repeat" as const), times: fc.nat(60), length: fc.nat(30) }),
    fc.record({ kind: fc.constant("move" as const), to: place, length: fc.nat(60) }),
  ),
});
type TextStep = typeof textStep extends fc.Arbitrary<infer Step> ? Step : never;

const jsonStep = fc.record({
  at: place,
  edit: fc.oneof(
    fc.record({ kind: fc.constant("replace" as const), value: fc.constantFrom(...NASTY) }),
    fc.record({ kind: fc.constant("replace" as const), value: fc.jsonValue({ maxDepth: 3 }) }),
    fc.record({ kind: fc.constant("remove" as const) }),
    fc.record({ kind: fc.constant("rename" as const), key: fc.constantFrom(...KEYS) }),
    fc.record({ kind: fc.constant("wrap" as const), depth: fc.constantFrom(1, 3, 200, 20_000) }),
    fc.record({ kind: fc.constant("grow" as const), length: fc.nat(200) }),
  ),
});
type JsonStep = typeof jsonStep extends fc.Arbitrary<infer Step> ? Step : never;

/**
 * Documents to fuzz a parser with: those of a corpus with bits flipped, cut, doubled and moved about, JSON changed by its structure, and
 * texts of no corpus at all.
 */
export function arbitraryDocument(corpus: readonly string[]): fc.Arbitrary<string> {
  const seed = fc.constantFrom(...corpus);
  const texts = fc.tuple(seed, fc.array(textStep, { minLength: 1, maxLength: 4 })).map(([text, steps]) => {
    return steps.reduce(mutateText, text);
  });
  const values = fc.tuple(seed, fc.array(jsonStep, { minLength: 1, maxLength: 4 })).map(([text, steps]) => {
    const root = { document: readValue(text) };
    for (const step of steps) mutateValue(root, step);
    return writeValue(root.document);
  });
  return fc.oneof(
    { weight: 1, arbitrary: seed },
    { weight: 6, arbitrary: texts },
    { weight: 6, arbitrary: values },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );
}

function mutateText(text: string, { at, edit }: TextStep): string {
  const index = Math.floor(at * (text.length + 1));
  switch (edit.kind) {
    case "flip": {
      const bytes = Buffer.from(text);
      const byte = Math.floor(at * bytes.length);
      if (bytes.length > 0) bytes[byte] = (bytes[byte] ?? 0) ^ (1 << edit.bit);
      return bytes.toString("utf8");
    }
    case "cut":
      return text.slice(0, index) + text.slice(index + edit.length);
    case "end":
      return text.slice(0, index);
    case "insert":
      return text.slice(0, index) + edit.piece + text.slice(index);
    case "repeat":
      return text.slice(0, index) + text.slice(index, index + edit.length).repeat(edit.times) + text.slice(index);
    case "move": {
      const moved = text.slice(index, index + edit.length);
      const rest = text.slice(0, index) + text.slice(index + edit.length);
      const to = Math.floor(edit.to * (rest.length + 1));
      return rest.slice(0, to) + moved + rest.slice(to);
    }
  }
}

type Holder = Record<string, unknown> | unknown[];
/** Most characters that growing comes to: the parsers are tried, not the memory. */
const GROWN_MAX = 20_000;
/** Stands for a value that is nested deeper than JSON.stringify can write. */
const DEEP = "deep:";

function mutateValue(root: { document: unknown }, { at, edit }: JsonStep): void {
  const places = listPlaces(root);
  const [holder, key] = places[Math.floor(at * places.length)] ?? [root as Holder, "document"];
  const set = (value: unknown) => define(holder, key, value);
  const old = (holder as Record<string, unknown>)[key];
  if (edit.kind === "replace") set(edit.value === undefined ? null : structuredClone(edit.value));
  else if (edit.kind === "wrap") set(`${DEEP}${edit.depth}`);
  else if (edit.kind === "grow") {
    const times = Math.min(edit.length, GROWN_MAX / (JSON.stringify(old)?.length ?? 4));
    set(Array.from({ length: times }, () => structuredClone(old ?? null)));
  } else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    delete holder[key];
    if (edit.kind === "rename") define(holder, edit.key, old);
  }
  if (!("document" in root)) (root as { document: unknown }).document = null;
}

/** Sets a field as JSON.parse does: `__proto__` too becomes a field of its own. */
function define(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function listPlaces(holder: Holder | { document: unknown }): [Holder, string][] {
  const found: [Holder, string][] = [];
  const visit = (each: Holder) => {
    for (const [key, value] of Object.entries(each)) {
      if (found.length > 2000) return;
      found.push([each, key]);
      if (typeof value === "object" && value !== null) visit(value as Holder);
    }
  };
  visit(holder as Holder);
  return found;
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function writeValue(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "null");
  // Once: a document that has it many times would be too long for a text.
  return text.replace(new RegExp(`"${DEEP}(\\d+)"`), (_, depth: string) => {
    const times = Number(depth);
    return `${'{"a":['.repeat(times)}1${"]}".repeat(times)}`;
  });
}
