import type { Call, Evaluation, Known, KnownSymbol } from "./evaluate.js";

/** A sentence for each call that the pinned versions would refuse: unknown, missing or mistyped attributes, other versions. */
export function checkCalls({ calls, errors }: Evaluation, known: Known): string[] {
  const used = Object.fromEntries(
    calls.filter((call) => call.name === "bazel_dep").map(({ arguments: { name, version } }) => [name, version]),
  );
  return [
    ...errors.map(({ file, message }) => `${file}: ${message}`),
    ...calls.flatMap((call) => checkAttributes(call, known).map((fact) => `${describeCall(call)}: ${fact}`)),
    ...[...new Set([...Object.keys(used), ...Object.keys(known.modules)])]
      .filter((name) => used[name] !== known.modules[name])
      .map((name) => `MODULE.bazel has ${name} ${used[name]}, the attribute lists are of ${known.modules[name]}`),
  ];
}

export function describeCall({ file, name, arguments: { name: target } }: Call): string {
  return `${file} ${name || "rule"}${typeof target === "string" ? ` ${target}` : ""}`;
}

function checkAttributes(call: Call, known: Known): string[] {
  // evaluate.py looks at the attributes of the repository's own repository rules.
  if (call.kind === "use_repo" || (call.kind === "repository" && call.label.startsWith("//"))) return [];
  const symbol = findSymbol(call, known);
  if (symbol === undefined) return [`${call.label} ${call.name} is not known`];
  const accepted: KnownSymbol["attributes"] = {
    ...(symbol.rule && known.common.attributes),
    ...(symbol.test && known.commonTest.attributes),
    ...symbol.attributes,
  };
  const given = Object.entries(call.arguments).filter(([, value]) => value !== null);
  const missing = symbol.mandatory.filter((name) => !given.some(([each]) => each === name));
  return [
    ...missing.map((name) => `attribute ${name} is missing`),
    ...given.flatMap(([name, value]) => {
      const type = accepted[name];
      if (type === undefined) return [`no attribute ${name}`];
      return type.split(" or ").some((each) => isOfType(value, each)) ? [] : [`attribute ${name} is no ${type}`];
    }),
  ];
}

function findSymbol({ file, kind, label, name, attributes }: Call, known: Known): KnownSymbol | undefined {
  if (attributes !== undefined) {
    const own = Object.entries(attributes);
    return {
      rule: true,
      mandatory: own.filter(([, { mandatory }]) => mandatory).map(([each]) => each),
      attributes: Object.fromEntries(own.map(([each, { type }]) => [each, type])),
    };
  }
  if (kind === "rule") return known.symbols[label]?.[name];
  if (kind === "repository") return known.repositories[label]?.[name];
  if (kind === "global") return known.globals[file === "MODULE.bazel" ? "module" : "build"][name];
  const [extension, tag = ""] = name.split(".");
  return known.extensions[`${label} ${extension}`]?.[tag];
}

const isString = (value: unknown) => typeof value === "string";
const isStrings = (value: unknown) => Array.isArray(value) && value.every(isString);
const isDict = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isString);
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === "boolean",
  int: Number.isInteger,
  label: isString,
  label_keyed_string_dict: isDict,
  label_list: isStrings,
  string: isString,
  string_dict: isDict,
  string_list: isStrings,
  string_list_list: (value) => Array.isArray(value) && value.every(isStrings),
};

/** Types as Bazel names them. A `select` is of a type when each of its branches is. */
function isOfType(value: unknown, type: string): boolean {
  const check = TYPES[type];
  if (check === undefined) throw new Error(`known-symbols.json has a type that nobody checks: ${type}`);
  return readSelect(value)?.every(([, branch]) => check(branch)) ?? check(value);
}

/** The branches of a `select`, by their conditions; undefined for anything else. */
export function readSelect(value: unknown): [string, unknown][] | undefined {
  const { select } = (value ?? {}) as { select?: object };
  return select && Object.entries(select);
}
