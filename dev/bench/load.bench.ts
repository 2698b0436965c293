import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { makeClone, PLATFORMS } from "../test/e2e/clone.js";
import { ROOT } from "../tools/find-tool.js";
import { findEngine } from "./find-engine.js";
import { compare, formatSample, report, timeOf } from "./measure.js";

const run = promisify(execFile);

const NOTHING = `
  /** Does nothing. */
  @func({ cache: "never" })
  nothing(): string {
    return "";
  }
}
`;

/** A module that does nothing, on the same runtime with the same dependencies. */
const EMPTY = `import { func, object } from "@dagger.io/dagger";

@object()
export class Empty {${NOTHING}`;

async function makeEmptyModule(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "genesis-empty-"));
  await mkdir(join(root, "ci", "src"), { recursive: true });
  for (const file of ["dagger.json", "daggerw", "ci/package.json", "ci/bun.lock", "ci/tsconfig.json"]) {
    await cp(join(ROOT, file), join(root, file));
  }
  const module = { name: "empty", engineVersion: "v0.21.8", sdk: { source: "typescript" }, source: "ci" };
  await writeFile(join(root, "dagger.json"), JSON.stringify(module, null, 2));
  await writeFile(join(root, "ci", "src", "index.ts"), EMPTY);
  return root;
}

const answers = await findEngine("A warm uncached call");

it.runIf(answers)("a warm uncached call against an empty module's", async () => {
  const clone = await makeClone();
  const entry = await clone.read("ci/src/index.ts");
  await clone.write("ci/src/index.ts", entry.replace(/\}\s*$/, NOTHING));
  const empty = await makeEmptyModule();
  try {
    const publish = ["call", "publish", ...(PLATFORMS === undefined ? [] : [`--platforms=${PLATFORMS}`])];
    const started = performance.now();
    expect((await clone.dagger(publish)).code).toBe(0);
    const first = (performance.now() - started) / 1000;
    const [loaded, worked, published, theirs] = await compare([
      async () => expect((await clone.dagger(["call", "nothing"])).code).toBe(0),
      async () => expect((await clone.dagger(["call", "check-lock"])).code).toBe(0),
      async () => expect((await clone.dagger(publish)).code).toBe(0),
      () => run("./daggerw", ["--silent", "call", "nothing"], { cwd: empty }),
    ]);
    if (!loaded || !worked || !published || !theirs) throw new Error("no sample");
    const ratio = (sample: typeof theirs) => (sample.median / theirs.median).toFixed(2);
    report({
      title: "Warm uncached call",
      header: ["", "ms", "ratio"],
      rows: [
        ["an empty module: nothing", formatSample(theirs), "1.00"],
        ["this module, given the same function: nothing", formatSample(loaded), ratio(loaded)],
        ["this module: check-lock, which reads the whole catalogue", formatSample(worked), ratio(worked)],
        ["this module: publish, all images unchanged", formatSample(published), ratio(published)],
      ],
      notes: [`The first publish, which builds what the engine's cache does not have, took ${first.toFixed(0)} s.`],
      figures: [
        timeOf("module load", loaded),
        timeOf("check-lock", worked),
        timeOf("publish call, unchanged", published),
        timeOf("empty module", theirs),
      ],
    });
  } finally {
    await clone.remove();
    await rm(empty, { recursive: true, force: true });
  }
});
