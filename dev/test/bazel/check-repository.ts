import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formatLock, type Lock } from "../../../ci/images/lock.js";
import { replacePulls } from "../../../ci/images/module-bazel.js";
import { isIndex } from "../../../ci/registry/manifest.js";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { type Call, type Evaluation, evaluate, type Known, type KnownSymbol, readKnown } from "./evaluate.js";

const BAZEL_FILES = /^(?:MODULE\.bazel|BUILD\.bazel|\.bazelignore|genesis\.json|(?:bazel|images|terraform)\/.*)$/;

/** Copies what Bazel sees to a folder of its own, with the lock and the block of MODULE.bazel that `dagger call lock` would write. */
export async function copyRepository(lock: Lock): Promise<string> {
  const root = await makeTemporaryFolder();
  for (const path of await listBazelFiles()) await cp(join(ROOT, path), join(root, path));
  await writeFile(join(root, "images/lock.json"), formatLock(lock));
  const module = join(root, "MODULE.bazel");
  await writeFile(module, replacePulls(await readFile(module, "utf8"), lock));
  return root;
}

/** What Bazel reads of the repository, as paths. */
export async function listBazelFiles(): Promise<string[]> {
  return (await listFiles()).filter((path) => BAZEL_FILES.test(path));
}

export async function check(root: string, lock: Lock): Promise<string[]> {
  const known = await readKnown();
  const evaluation = await evaluate(root, known);
  return [
    ...checkCalls(evaluation, known),
    ...checkLabels(evaluation, await listBazelFiles(), known),
    ...checkImages(evaluation, lock),
  ];
}

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

function describeCall({ file, name, arguments: { name: target } }: Call): string {
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
function readSelect(value: unknown): [string, unknown][] | undefined {
  const { select } = (value ?? {}) as { select?: object };
  return select && Object.entries(select);
}

/** Attributes that hold labels in this repository; `visibility` is no reference. */
const LABELS = "actual base constraint_values data image images srcs tars target_compatible_with".split(" ");
/** Who may use a target, where every package of the repository may. */
const OPEN = ["//visibility:public", "//:__subpackages__"];

/**
 * A sentence for each label that leads nowhere: to no target or file of the package, to a target of another package that
 * is not visible, or to a repository that MODULE.bazel does not have. `files` is what the repository holds.
 */
function checkLabels({ calls }: Evaluation, files: readonly string[], known: Known): string[] {
  const { targets, findings } = listTargets(calls);
  const repositories = listRepositories(calls);
  // The repository's own rules name no targets.
  for (const call of calls.filter(({ file, attributes }) => file !== "MODULE.bazel" && attributes === undefined)) {
    for (const name of LABELS) {
      for (const label of listLabels(call.arguments[name])) {
        const fact = checkLabel(label, toPackage(call.file));
        if (fact !== undefined) findings.push(`${describeCall(call)}: ${name} ${label} ${fact}`);
      }
    }
  }
  return findings;

  function checkLabel(label: string, from: string): string | undefined {
    if (label.startsWith("@")) {
      const [repository = "", target = ""] = label.split(/(?=\/\/)/);
      const labels = known.targets[repository]?.labels;
      if (labels !== undefined) return labels.includes(target) ? undefined : "is no target of that module";
      return repositories.has(repository.slice(1)) ? undefined : "is in no repository of MODULE.bazel";
    }
    if (label === "//conditions:default") return undefined;
    const [, folder = from, name = ""] = /^(?:\/\/([^:]*))?:?(.*)$/.exec(label) ?? [];
    const visibility = targets.get(`${folder}:${name}`);
    const isFile = folder === from && files.includes(folder === "" ? name : `${folder}/${name}`);
    if (visibility === undefined) return isFile ? undefined : "does not exist";
    const visible = folder === from || visibility.some((each) => OPEN.includes(each));
    return visible ? undefined : `is not visible from ${from}`;
  }
}

function listTargets(calls: readonly Call[]): { targets: Map<string, readonly string[]>; findings: string[] } {
  const targets = new Map<string, readonly string[]>();
  const findings: string[] = [];
  for (const { file, name: called, arguments: args } of calls) {
    if (file === "MODULE.bazel" || called === "package") continue;
    const exported = called === "exports_files";
    const defaults = calls.find((each) => each.name === "package" && each.file === file);
    const fallback = exported ? OPEN : (defaults?.arguments.default_visibility ?? []);
    for (const name of exported ? (args.positional as string[][]).flat() : [args.name]) {
      const label = `${toPackage(file)}:${name}`;
      if (targets.has(label)) findings.push(`${file}: ${name} is defined twice`);
      targets.set(label, (args.visibility ?? fallback) as string[]);
    }
  }
  return { targets, findings };
}

/** Apparent names that labels of this repository may use. */
function listRepositories(calls: readonly Call[]): Set<string> {
  return new Set(
    calls.flatMap(({ name, kind, arguments: args }) => {
      if (kind === "use_repo") return args.names as string[];
      return name === "bazel_dep" || kind === "repository" ? [String(args.name)] : [];
    }),
  );
}

function listLabels(value: unknown): string[] {
  const branches = readSelect(value);
  if (branches !== undefined) return branches.flatMap(([condition, branch]) => [condition, ...listLabels(branch)]);
  return typeof value === "string" ? [value] : ((value as string[] | null | undefined) ?? []);
}

function toPackage(file: string): string {
  const folder = dirname(file);
  return folder === "." ? "" : folder;
}

/**
 * A sentence for each archive that is not pinned, and where the final image of terraform/ is not what the lock says: an index of one
 * image for each platform of the locked base, pushed nowhere by default, or a target that says what to do. That the pulls are the lock's,
 * `lock` sees to.
 */
function checkImages({ calls }: Evaluation, lock: Lock): string[] {
  const archives = calls.filter(({ kind, label }) => kind === "repository" && label.startsWith("@"));
  const findings = archives
    .filter(({ arguments: { sha256 } }) => !/^[0-9a-f]{64}$/.test(String(sha256)))
    .map((call) => `${describeCall(call)}: it is not pinned by sha256`);

  const own = calls.filter((call) => call.file === "terraform/BUILD.bazel");
  const find = (name: string) => own.find((call) => call.arguments.name === name)?.arguments ?? {};
  const base = [...lock].find(([name]) => name === "terraform")?.[1];
  if (base === undefined) {
    const built = ["image", "image_push"].filter(
      (name) => !(find(name).tags as string[] | undefined)?.includes("manual"),
    );
    return [...findings, ...built.map((name) => `${name} is built by //... though nothing is locked`)];
  }
  const names = base.platforms.map((platform) => platform.replaceAll("/", "_"));
  const wanted = JSON.stringify({
    bases: names.map((name) => `@genesis_terraform${isIndex(base.mediaType) ? `_${name}` : ""}`),
    images: names.map((name) => `image_${name}`),
    pushed: [null, null, null],
  });
  const given = JSON.stringify({
    bases: own.filter((call) => call.name === "oci_image").map((call) => call.arguments.base),
    images: find("image").images,
    pushed: ["repository", "repository_file", "remote_tags"].map((name) => find("image_push")[name] ?? null),
  });
  return wanted === given ? findings : [...findings, `the final image should be ${wanted}, it is ${given}`];
}
