import { randomUUID } from "node:crypto";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishImages } from "../images/publish.js";
import { narrowPlatforms } from "../images/select.js";
import { requireState } from "../lib/settings.js";
import { rehearse } from "../rehearsal/rehearse.js";
import { formatRehearsal } from "../rehearsal/report.js";
import { copyRepository } from "../rehearsal/repository.js";
import type { Stage } from "../rehearsal/stage.js";
import { TERRAFORM_FOLDER } from "../terraform/code.js";
import { EMULATOR_BACKEND, EMULATOR_CREDENTIALS } from "../terraform/emulator.js";
import { defineEmulator } from "./aws-emulator.js";
import { makeBuilder } from "./build-image.js";
import { handOver } from "./hand-over.js";
import { bindEmulator, openTerraform } from "./open-terraform.js";
import { openLocalClient } from "./registry-target.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

const PLACE =
  "On an engine: images are built in containers and published to the embedded registry, and Terraform runs in the container of images/terraform against an AWS emulator.";

/** Rehearses the whole pipeline in containers, and returns the report. Throws `rehearsal-failed`. */
export async function runRehearse(workspace: Workspace, platforms: readonly string[]): Promise<string> {
  const rehearsal = await rehearse(await openStage(workspace, platforms), (line) => console.log(line));
  return formatRehearsal(rehearsal);
}

async function openStage(workspace: Workspace, platforms: readonly string[]): Promise<Stage> {
  const root = join(await mkdtemp(join(tmpdir(), "genesis-rehearsal-")), "repository");
  await copyRepository(workspace.root, root);
  const id = randomUUID();
  const emulator = await bindEmulator(await defineEmulator(workspace, id), id);
  const registry = await openLocalClient(workspace);
  const images = (await readWorkspaceCatalog(workspace)).map((image) => narrowPlatforms(image, platforms));
  return {
    place: PLACE,
    root,
    emulatorUrl: await emulator.service.endpoint({ scheme: "http" }),
    backendSettings: EMULATOR_BACKEND,
    publish: () => publishImages(images, { registry, build: makeBuilder(workspace) }),
    useTerraform: async (use) => {
      const code = await handOver((folder) => cp(join(root, TERRAFORM_FOLDER), folder, { recursive: true }));
      const source = workspace.source.withDirectory(TERRAFORM_FOLDER, code);
      const state = requireState(workspace.settings);
      const options = { environment: undefined, credentials: EMULATOR_CREDENTIALS, emulator, state };
      return use(await openTerraform({ ...workspace, source }, options));
    },
  };
}
