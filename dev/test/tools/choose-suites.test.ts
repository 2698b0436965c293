import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { chooseSuites, readChange } from "../../tools/choose-suites.js";
import { makeGit } from "../fixtures/run-program.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const choose = (...paths: string[]) => chooseSuites(false, { since: "it left main", paths });

describe("the full suite", () => {
  it.each([
    ["ci/lib/errors.ts", true],
    ["docs/runbooks/rollback.md", true],
    [".ci/run", true],
    ["docs/errors.md", false],
    ["terraform/organization.auto.tfvars", false],
    ["images/lock.json", false],
  ])("where %s changed: %s", (path, full) => {
    const reason = full ? `fast and full: ${path} changed` : "fast: nothing that the full suite proves changed";
    expect(choose("README.md", path)).toEqual({ full, reason: `${reason} since it left main` });
  });

  it("runs where somebody wants it, and not where nobody knows what changed", () => {
    expect(chooseSuites(true, undefined).full).toBe(true);
    expect(chooseSuites(false, undefined)).toEqual({ full: false, reason: expect.stringContaining("GENESIS_FULL=1") });
  });
});

describe("what changed", () => {
  async function setUp() {
    const folder = await makeTemporaryFolder();
    const root = join(folder, "repository");
    await mkdir(root);
    const git = makeGit(root);
    const commit = async (path: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), path);
      await git("add", "--all");
      await git("commit", "--quiet", `--message=${path}`);
    };
    await git("init", "--quiet", "--initial-branch=main");
    await commit("ci/first.ts");
    await commit("README.md");
    const clone = async (...args: string[]) => {
      const path = join(folder, `clone${args.length}`);
      await git("clone", "--quiet", ...args, `file://${root}`, path);
      return path;
    };
    return { root, git, commit, clone };
  }

  it("is what a branch has that its upstream has not, by the commit that both come from", async () => {
    const { git, commit, clone } = await setUp();
    await git("switch", "--quiet", "--create", "work");
    await commit("dev/x.ts");
    await git("switch", "--quiet", "main");
    await commit("terraform/of-others.tf");
    const path = await clone();
    await makeGit(path)("switch", "--quiet", "work");
    expect(await readChange(path)).toEqual({ since: "it left origin/HEAD", paths: ["dev/x.ts"] });
  });

  it("is what the last commit brought on the default branch itself, a merge with all that it merged", async () => {
    const { git, commit, clone } = await setUp();
    expect((await readChange(await clone()))?.paths).toEqual(["README.md"]);
    await git("switch", "--quiet", "--create", "work");
    await commit("dev/x.ts");
    await commit("dev/y.ts");
    await git("switch", "--quiet", "main");
    await commit("docs/of-others.md");
    await git("merge", "--quiet", "--no-edit", "work");
    expect(await readChange(await clone("--single-branch"))).toEqual({
      since: "the commit before",
      paths: ["dev/x.ts", "dev/y.ts"],
    });
  });

  it("is not known in a clone of one commit, nor outside a repository", async () => {
    const { clone } = await setUp();
    expect(await readChange(await clone("--depth=1"))).toBeUndefined();
    expect(await readChange(await makeTemporaryFolder())).toBeUndefined();
  });
});
