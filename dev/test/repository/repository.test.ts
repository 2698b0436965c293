import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { readCatalog } from "../../../ci/images/catalog.js";
import { parseLock } from "../../../ci/images/lock.js";
import { checkPulls } from "../../../ci/images/module-bazel.js";
import { parsePins, requirePin } from "../../../ci/images/pins.js";
import { parseSettings } from "../../../ci/lib/settings.js";
import { ROOT } from "../../tools/find-tool.js";

const read = (path: string) => readFile(join(ROOT, path), "utf8");

describe("what the repository holds", () => {
  it("is a catalogue of images, each with platforms, a smoke command and a README", async () => {
    const images = await readCatalog(ROOT, parsePins(await read("images/pins.json")));
    expect(images.length).toBeGreaterThan(1);
    for (const { name, platforms, smoke } of images) {
      expect(platforms).toEqual(["linux/amd64", "linux/arm64"]);
      expect(smoke).toBeDefined();
      expect(await read(`images/${name}/README.md`)).toContain(`# ${name}`);
    }
  });

  it("has settings, a pin for the embedded registry, and a lock that MODULE.bazel agrees with", async () => {
    parseSettings(await read("genesis.json"));
    requirePin(parsePins(await read("images/pins.json")), "image", "registry");
    checkPulls(await read("MODULE.bazel"), parseLock(await read("images/lock.json")));
  });

  it("builds the terraform image from the lock file and the requirements of terraform/", async () => {
    const images = await readCatalog(ROOT, parsePins(await read("images/pins.json")));
    const paths = images.find((image) => image.name === "terraform")?.context.map((entry) => entry.location);
    expect(paths).toContain(join(ROOT, "terraform", ".terraform.lock.hcl"));
    expect(paths).toContain(join(ROOT, "terraform", "versions.tf"));
  });

  it("keeps no code in ci/src but the entry file: the SDK loads and type-checks all of it on every call", async () => {
    expect(await readdir(join(ROOT, "ci", "src"))).toEqual(["index.ts"]);
  });
});

describe("the lock files", () => {
  it("give the module's runtime (Bun) and the tests (npm) the same packages", async () => {
    // Two lists and no npm workspace: in one, Bun writes a lock at the root, and so does Renovate.
    const [{ dependencies }, root] = [
      JSON.parse(await read("ci/package.json")),
      JSON.parse(await read("package.json")),
    ];
    expect(root.workspaces).toBeUndefined();
    expect({ ...root.devDependencies, ...root.dependencies }).toMatchObject(dependencies);
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(Object.keys(root.dependencies)));
    const npm = JSON.parse(await read("package-lock.json")).packages as Record<string, { version?: string }>;
    // Else `npm ci` fails.
    expect(npm[""]).toMatchObject({ dependencies: root.dependencies, devDependencies: root.devDependencies });
    // bun.lock is JSON with trailing commas.
    const bun = JSON.parse((await read("ci/bun.lock")).replaceAll(/,(\s*[}\]])/g, "$1"));
    const names = Object.keys(bun.packages);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const [resolved] = bun.packages[name] as [string];
      const path = name.replaceAll(/(?<=[^@])\/(?=@)|(?<=^[^@/]+)\//g, "/node_modules/");
      const version = npm[`node_modules/${path}`]?.version;
      expect(`${name} ${resolved.slice(resolved.lastIndexOf("@") + 1)}`).toBe(`${name} ${version}`);
    }
    expect(bun.workspaces[""].dependencies).toEqual(dependencies);
  });
});

describe("the module's functions", () => {
  it("all have a description, and one for each argument", async () => {
    const file = ts.createSourceFile("index.ts", await read("ci/src/index.ts"), ts.ScriptTarget.Latest, true);
    const documented: string[] = [];
    const visit = (node: ts.Node): void => {
      const isFunction = ts.isMethodDeclaration(node) && ts.getDecorators(node) !== undefined;
      if (isFunction || ts.isConstructorDeclaration(node)) {
        const name = node.name?.getText() ?? "constructor";
        const [comment] = ts.getJSDocCommentsAndTags(node);
        if (isFunction) expect(String(comment?.comment), name).toMatch(/\w+ \w+/);
        for (const parameter of node.parameters) {
          const [tag] = ts.getJSDocParameterTags(parameter);
          expect(String(tag?.comment ?? ""), `${name}(${parameter.name.getText()})`).toMatch(/\w/);
        }
        documented.push(name);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    expect(documented).toEqual(expect.arrayContaining(["constructor", "publish"]));
    expect(documented.length).toBeGreaterThan(8);
  });
});
