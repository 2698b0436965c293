import { POLICIES_STEP } from "../../ci/terraform/lint.js";
import { makeTerraformFolder } from "../tools/terraform-folder.js";

/** The output of the step that plans for the proof, on this machine and without an engine. */
export async function planPolicies(): Promise<string> {
  const folder = await makeTerraformFolder();
  return (await folder.run(POLICIES_STEP).finally(() => folder.remove())).stdout;
}
