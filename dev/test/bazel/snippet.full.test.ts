import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RULES_OCI_VERSION, renderModule } from "../../../ci/images/module-bazel.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { checkCalls } from "./check-calls.js";
import { checkPulls } from "./check-pulls.js";
import { FILLED } from "./copy-repository.js";
import { evaluate, readKnown } from "./evaluate.js";

it("the snippet for another repository loads, with the version of rules_oci that is known here", async () => {
  const known = await readKnown();
  expect(known.modules.rules_oci).toBe(RULES_OCI_VERSION);
  const root = await makeTemporaryFolder();
  await writeFile(join(root, ".bazelignore"), "");
  await writeFile(join(root, "MODULE.bazel"), renderModule([...FILLED.keys()], FILLED));
  const evaluation = await evaluate(root, known);
  const { rules_oci = "" } = known.modules;
  expect(checkCalls(evaluation, { ...known, modules: { rules_oci } })).toEqual([]);
  expect(evaluation.calls.filter((call) => call.name === "oci.pull")).toHaveLength(2);
  // There is no final image in another repository; every other finding would be of the pulls.
  expect(checkPulls(evaluation, FILLED).filter((finding) => !finding.startsWith("the final image"))).toEqual([]);
});
