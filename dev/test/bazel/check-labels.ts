import { dirname } from "node:path";
import { describeCall, readSelect } from "./check-calls.js";
import type { Call, Evaluation, Known } from "./evaluate.js";

/** Attributes that hold labels in this repository; `visibility` is no reference. */
const LABEL_ATTRIBUTES = [
  "actual",
  "base",
  "constraint_values",
  "data",
  "image",
  "images",
  "srcs",
  "tars",
  "target_compatible_with",
];

/**
 * A sentence for each label that leads nowhere: to no target or file of the package, to a target of another package that
 * is not visible, or to a repository that MODULE.bazel does not have. `files` is what the repository holds.
 */
export function checkLabels({ calls }: Evaluation, files: readonly string[], known: Known): string[] {
  const { targets, findings } = listTargets(calls);
  const repositories = listRepositories(calls);
  for (const call of calls) {
    // The repository's own rules name no targets.
    if (call.file === "MODULE.bazel" || call.attributes !== undefined) continue;
    for (const name of LABEL_ATTRIBUTES) {
      for (const label of listLabels(call.arguments[name])) {
        const fact = checkLabel(label, toPackage(call.file));
        if (fact !== undefined) findings.push(`${describeCall(call)}: ${name} ${label} ${fact}`);
      }
    }
  }
  return findings;

  function checkLabel(label: string, from: string): string | undefined {
    if (label.startsWith("@")) {
      const [repository = "", target] = label.split(/(?=\/\/)/);
      const labels = known.targets[repository]?.labels;
      if (labels !== undefined) return labels.includes(target ?? "") ? undefined : "is no target of that module";
      return repositories.has(repository.slice(1)) ? undefined : "is in no repository of MODULE.bazel";
    }
    if (label === "//conditions:default") return undefined;
    const [folder = from, name = ""] = label.startsWith("//")
      ? label.slice(2).split(":")
      : [from, label.replace(":", "")];
    const target = targets.get(`${folder}:${name}`);
    if (target === undefined) {
      return folder === from && files.includes(folder === "" ? name : `${folder}/${name}`)
        ? undefined
        : "does not exist";
    }
    if (folder === from || target.some((each) => each === "//visibility:public" || each === "//:__subpackages__")) {
      return undefined;
    }
    return `is not visible from ${from}`;
  }
}

function listTargets(calls: readonly Call[]): { targets: Map<string, readonly string[]>; findings: string[] } {
  const targets = new Map<string, readonly string[]>();
  const findings: string[] = [];
  for (const call of calls) {
    if (call.file === "MODULE.bazel" || call.name === "package") continue;
    const folder = toPackage(call.file);
    const defaults = calls.find((each) => each.name === "package" && each.file === call.file);
    const exported = call.name === "exports_files";
    const names = exported ? (call.arguments.positional as string[][]).flat() : [String(call.arguments.name)];
    const fallback = exported ? ["//visibility:public"] : (defaults?.arguments.default_visibility ?? []);
    const visibility = (call.arguments.visibility ?? fallback) as string[];
    for (const name of names) {
      if (targets.has(`${folder}:${name}`)) findings.push(`${call.file}: ${name} is defined twice`);
      targets.set(`${folder}:${name}`, visibility);
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
  if (branches !== undefined) {
    const conditions = Object.keys((value as { select: Record<string, unknown> }).select);
    return [...conditions, ...branches.flatMap(listLabels)];
  }
  return typeof value === "string" ? [value] : ((value as string[] | null | undefined) ?? []);
}

function toPackage(file: string): string {
  const folder = dirname(file);
  return folder === "." ? "" : folder;
}
