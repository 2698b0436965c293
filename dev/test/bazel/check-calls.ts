import type { Call, Evaluation, Known, KnownSymbol } from "./evaluate.js";

type Attributes = Readonly<Record<string, string>>;

/** A sentence for each call that the pinned versions would refuse: unknown, missing or mistyped attributes, other versions. */
export function checkCalls({ calls, errors }: Evaluation, known: Known): string[] {
  return [
    ...errors.map(({ file, message }) => `${file}: ${message}`),
    ...calls.flatMap((call) => checkAttributes(call, known).map((fact) => `${describeCall(call)}: ${fact}`)),
    ...checkVersions(calls, known),
  ];
}

/** How findings name a call. */
export function describeCall({ file, name, arguments: { name: target } }: Call): string {
  return `${file} ${name || "rule"}${typeof target === "string" ? ` ${target}` : ""}`;
}

function checkAttributes(call: Call, known: Known): string[] {
  if (call.kind === "use_repo" || (call.kind === "repository" && call.label.startsWith("//"))) return [];
  const accepted = listAccepted(call, known);
  if (accepted === undefined) return [`${call.label} ${call.name} is not known`];
  const given = Object.entries(call.arguments).filter(([, value]) => value !== null);
  const names = given.map(([name]) => name);
  return [
    ...accepted.mandatory.filter((name) => !names.includes(name)).map((name) => `attribute ${name} is missing`),
    ...given.flatMap(([name, value]) => {
      const type = accepted.attributes[name];
      if (type === undefined) return [`no attribute ${name}`];
      return type.split(" or ").some((each) => isOfType(value, each)) ? [] : [`attribute ${name} is no ${type}`];
    }),
  ];
}

function listAccepted(call: Call, known: Known): { attributes: Attributes; mandatory: string[] } | undefined {
  if (call.attributes !== undefined) {
    const own = Object.entries(call.attributes);
    return {
      attributes: { ...known.common.attributes, ...Object.fromEntries(own.map(([name, { type }]) => [name, type])) },
      mandatory: own.filter(([, { mandatory }]) => mandatory).map(([name]) => name),
    };
  }
  const symbol = findSymbol(call, known);
  if (symbol === undefined) return undefined;
  const shared = symbol.rule ? known.common.attributes : {};
  const test = symbol.test ? known.commonTest.attributes : {};
  return { attributes: { ...shared, ...test, ...symbol.attributes }, mandatory: symbol.mandatory };
}

function findSymbol({ file, kind, label, name }: Call, known: Known): KnownSymbol | undefined {
  if (kind === "rule") return known.symbols[label]?.[name];
  if (kind === "repository") return known.repositories[label]?.[name];
  if (kind === "global") return known.globals[file === "MODULE.bazel" ? "module" : "build"][name];
  const [extension = "", tag = ""] = name.split(".");
  return known.extensions[`${label} ${extension}`]?.[tag];
}

const isString = (value: unknown) => typeof value === "string";
const isStrings = (value: unknown) => Array.isArray(value) && value.every(isString);
const isDict = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isString);

/** Types as Bazel names them. A `select` is of a type when each of its branches is. */
function isOfType(value: unknown, type: string): boolean {
  const branches = readSelect(value);
  if (branches !== undefined) return branches.every((branch) => isOfType(branch, type));
  if (type === "label" || type === "string") return isString(value);
  if (type === "label_list" || type === "string_list") return isStrings(value);
  if (type === "string_list_list") return Array.isArray(value) && value.every(isStrings);
  if (type === "string_dict" || type === "label_keyed_string_dict") return isDict(value);
  if (type === "bool") return typeof value === "boolean";
  if (type === "int") return Number.isInteger(value);
  throw new Error(`known-symbols.json has a type that nobody checks: ${type}`);
}

/** The values of a `select`; undefined for anything else. */
export function readSelect(value: unknown): unknown[] | undefined {
  if (typeof value !== "object" || value === null || !("select" in value)) return undefined;
  return Object.values(value.select as Record<string, unknown>);
}

function checkVersions(calls: readonly Call[], known: Known): string[] {
  const used = Object.fromEntries(
    calls.filter((call) => call.name === "bazel_dep").map(({ arguments: { name, version } }) => [name, version]),
  );
  const names = new Set([...Object.keys(used), ...Object.keys(known.modules)]);
  return [...names]
    .filter((name) => used[name] !== known.modules[name])
    .map((name) => `MODULE.bazel has ${name} ${used[name]}, the attribute lists are of ${known.modules[name]}`);
}
