import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";

const DOMAINS = ["rehearsal", "emulator", "bootstrap", "organization", "signing", "images", "terraform"];

/** What each folder of ci/ may import besides itself: each names only what stands below it. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  src: ["dagger"],
  dagger: [...DOMAINS, "registry", "aws", "lib"],
  rehearsal: ["bootstrap", "images", "terraform", "emulator", "lib"],
  bootstrap: ["terraform", "aws", "lib"],
  organization: ["terraform", "lib"],
  signing: ["images", "registry", "lib"],
  images: ["registry", "lib"],
  terraform: ["aws", "lib"],
  emulator: ["lib"],
  registry: ["aws", "lib"],
  aws: ["lib"],
  lib: [],
};

/** File → the files that it imports, both by their paths in the repository. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** Imports by a path of every file of ci/, types and those of a call too. */
async function readImports(): Promise<Imports> {
  const paths = (await readdir(join(ROOT, "ci"), { recursive: true })).map((path) => `ci/${path}`);
  const sources = paths.filter((path) => path.endsWith(".ts") && !/node_modules|^ci\/sdk\//.test(path));
  const read = async (path: string) => {
    const { importedFiles } = ts.preProcessFile(await readFile(join(ROOT, path), "utf8"));
    const relative = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith("."));
    return [path, relative.map((name) => normalize(join(dirname(path), name.replace(/\.js$/, ".ts"))))] as const;
  };
  return new Map(await Promise.all(sources.map(read)));
}

function findProblems(imports: Imports): string[] {
  const problems: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const [[root, from = ""], [top, to = ""]] = [file.split("/"), target.split("/")];
      if (root !== top || (from !== to && !ALLOWED[from]?.includes(to))) problems.push(`${file} imports ${target}`);
    }
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) problems.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file) || path.includes(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return problems;
}

describe("imports of the module", () => {
  it("point one way: index → dagger → domains → registry, aws → lib, with no circle and none of dev/", async () => {
    const imports = await readImports();
    expect(findProblems(imports)).toEqual([]);
    expect(imports.get("ci/src/index.ts")).toContain("ci/dagger/interface.ts");
    const folders = new Set([...imports.keys()].map((path) => path.split("/")[1]));
    expect([...folders].filter((folder) => folder === undefined || !(folder in ALLOWED))).toEqual([]);
  });

  it.each([
    ["a tool of dev/", ["ci/lib/a.ts", "dev/tools/b.ts"], "ci/lib/a.ts imports dev/tools/b.ts"],
    ["upwards", ["ci/registry/a.ts", "ci/images/b.ts"], "ci/registry/a.ts imports ci/images/b.ts"],
    ["between domains", ["ci/terraform/a.ts", "ci/bootstrap/b.ts"], "ci/terraform/a.ts imports ci/bootstrap/b.ts"],
    ["a new folder", ["ci/dagger/a.ts", "ci/other/b.ts"], "ci/dagger/a.ts imports ci/other/b.ts"],
    ["a circle", ["ci/lib/a.ts", "ci/lib/b.ts", "ci/lib/a.ts"], "ci/lib/a.ts → ci/lib/b.ts → ci/lib/a.ts"],
  ])("would be found: %s", (_, chain, problem) => {
    const imports = new Map(chain.slice(0, -1).map((file, index) => [file, [chain[index + 1] ?? ""]]));
    expect(findProblems(imports)).toEqual([problem]);
  });
});
