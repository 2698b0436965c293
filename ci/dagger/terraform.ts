import type { Container } from "@dagger.io/dagger";
import { runBuildImage } from "./images.js";
import type { Workspace } from "./workspace.js";

/** The user of images/terraform. */
export const OWNER = "65532:65532";

/** The container of images/terraform, or another one, with `terraform/` in its work folder. */
export async function runTerraform(workspace: Workspace, given?: Container): Promise<Container> {
  const container = given ?? (await runBuildImage(workspace, "terraform"));
  return container
    .withDirectory("/work", workspace.source.directory("terraform"), { owner: OWNER })
    .withWorkdir("/work");
}
