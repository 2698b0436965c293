import { afterAll, describe } from "vitest";
import type { Step } from "../../../ci/lib/step.js";
import { describeRunner, type Ran } from "../native/describe-runner.js";
import { makeClone } from "./clone.js";

/** In the clone this is the module: what it calls is the product's own, and nothing of it is in the product. */
const MODULE = `
import { dag, func, object, type Secret } from "@dagger.io/dagger";

@object()
export class Genesis {
  @func({ cache: "never" })
  async runSteps(image: string, steps: Secret): Promise<string> {
    const { OWNER, openContainer, WORK_FOLDER } = await import("../dagger/run-step.js");
    const container = dag.container().from(image).withUser(OWNER);
    const run = openContainer(container.withDirectory(WORK_FOLDER, dag.directory(), { owner: OWNER }));
    const results = [];
    try {
      for (const step of JSON.parse(await steps.plaintext())) results.push(await run(step));
    } catch (error) {
      return JSON.stringify({ results, error: (error as Error).message });
    }
    return JSON.stringify({ results });
  }
}
`;

const clone = await makeClone();
await clone.write("ci/src/index.ts", MODULE);
const image: string = JSON.parse(await clone.read("images/pins.json")).debian;
afterAll(() => clone.remove());

describe("a runner of containers", () => {
  describeRunner(async (steps): Promise<Ran> => {
    const call = ["--progress=plain", "-vvv", "call", "run-steps", `--image=${image}`];
    // As a secret: the arguments of a call stand in its logs.
    await clone.write("steps.json", JSON.stringify(steps satisfies readonly Step[]));
    const { code, stdout, stderr } = await clone.dagger([...call, "--steps=file://steps.json"]);
    if (code !== 0) throw new Error(stderr);
    return { ...JSON.parse(stdout), shown: stderr };
  });
});
