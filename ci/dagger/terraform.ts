import type { Container } from "@dagger.io/dagger";
import { parseFormat } from "../lib/formats.js";
import { checkPolicies } from "../terraform/check-policies.js";
import { readCode, UNTESTED_FILES } from "../terraform/code.js";
import { concludeLint, lintCode } from "../terraform/lint.js";
import { runBuildImage } from "./images.js";
import { OWNER, openContainer, WORK_FOLDER } from "./run-step.js";
import type { Workspace } from "./workspace.js";

/** The container of images/terraform, or another one, with `terraform/` in its work folder. */
export async function runTerraform(workspace: Workspace, given?: Container): Promise<Container> {
  const container = given ?? (await runBuildImage(workspace, "terraform"));
  return container
    .withDirectory(WORK_FOLDER, workspace.source.directory("terraform"), { owner: OWNER })
    .withWorkdir(WORK_FOLDER);
}

/** Lints the Terraform code in the predefined environment: the policy documents first, then every step, whatever the others say. */
export async function runTfLint(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  await checkPolicies(await readCode(workspace.root));
  const passed = { name: "policies", exitCode: 0, output: "" };
  const untested = UNTESTED_FILES.map((path) => `${WORK_FOLDER}/${path}`);
  const container = (await runTerraform(workspace)).withoutFiles(untested);
  const run = openContainer(container, { cached: true });
  return concludeLint([passed, ...(await lintCode(run))], parsed);
}
