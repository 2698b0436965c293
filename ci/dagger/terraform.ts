import type { Container } from "@dagger.io/dagger";
import { runBuildImage } from "./images.js";
import { OWNER, WORK_FOLDER } from "./run-step.js";
import type { Workspace } from "./workspace.js";

/** The container of images/terraform, or another one, with `terraform/` in its work folder. */
export async function runTerraform(workspace: Workspace, given?: Container): Promise<Container> {
  const container = given ?? (await runBuildImage(workspace, "terraform"));
  return container
    .withDirectory(WORK_FOLDER, workspace.source.directory("terraform"), { owner: OWNER })
    .withWorkdir(WORK_FOLDER);
}
