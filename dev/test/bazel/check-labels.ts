import { dirname } from "node:path";
import { describeCall, readSelect } from "./check-calls.js";
import type { Call, Evaluation, Known } from "./evaluate.js";

/** Attributes that hold labels in this repository; `visibility` is no reference. */
const LABELS = "actual base constraint_values data image images srcs tars target_compatible_with".split(" ");
/** Who may use a target, where every package of the repository may. */
const OPEN = ["//visibility:public", "//:__subpackages__"];

/**
 * A sentence for each label that leads nowhere: to no target or file of the package, to a target of another package that
 * is not visible, or to a repository that MODULE.bazel does not have. `files` is what the repository holds.
 */
export function checkLabels({ calls }: Evaluation, files: readonly string[], known: Known): string[] {
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
