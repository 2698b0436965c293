import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clone, makeClone } from "../test/e2e/clone.js";
import { describeNumbers, findMedian, type Measurement, runCommand, timeWork } from "./measure.js";

const RUNS = 7;
const ENTRY = "ci/src/index.ts";
const NOTHING = `
  /** Does nothing. */
  @func({ cache: "never" })
  nothing(): string {
    return "";
  }
}
`;

/** A warm call of a function that does nothing, in this module and in an empty one. */
export const moduleLoad: Measurement = {
  name: "load",
  title: "Module load: a warm call of a function that does nothing",
  run: async () => {
    const engine = await runCommand(["./daggerw", "--silent", "core", "version"], { mayFail: true });
    if (engine.code !== 0) return [{ what: "not measured", seen: "no Dagger engine answers on this machine" }];
    const [whole, empty] = [await makeClone(), await makeClone()];
    try {
      await whole.write(ENTRY, (await whole.read(ENTRY)).replace(/\}\s*$/, NOTHING));
      await emptyModule(empty);
      const call = ({ root }: Clone) => runCommand(["./daggerw", "--silent", "call", "nothing"], { cwd: root });
      const ours = await timeWork(RUNS, () => call(whole));
      const theirs = await timeWork(RUNS, () => call(empty));
      return [
        describeNumbers("this module", ours, "ms"),
        describeNumbers("an empty module", theirs, "ms"),
        describeNumbers("ratio", [findMedian(ours) / findMedian(theirs)], "", 1.1),
      ];
    } finally {
      await whole.remove();
      await empty.remove();
    }
  },
};

/** Leaves a module that does nothing, on the same runtime with the same dependencies. */
async function emptyModule({ root, write }: Clone): Promise<void> {
  const kept = ["package.json", "bun.lock", "tsconfig.json"];
  for (const name of await readdir(join(root, "ci"))) {
    if (!kept.includes(name)) await rm(join(root, "ci", name), { recursive: true });
  }
  await write(
    ENTRY,
    `import { func, object } from "@dagger.io/dagger";\n\n@object()\nexport class Genesis {${NOTHING}`,
  );
}
