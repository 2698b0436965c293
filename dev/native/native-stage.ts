import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalog } from "../../ci/images/catalog.js";
import { PINS_PATH, parsePins } from "../../ci/images/pins.js";
import { publishImages } from "../../ci/images/publish.js";
import { RegistryClient } from "../../ci/registry/client.js";
import { copyRepository } from "../../ci/rehearsal/repository.js";
import type { Stage } from "../../ci/rehearsal/stage.js";
import { EMULATOR_BACKEND } from "../../ci/terraform/emulator.js";
import { findMirror, useMirror } from "../tools/find-mirror.js";
import { findTool, ROOT } from "../tools/find-tool.js";
import { makeLayoutBuilder } from "./build-layout.js";
import { openTerraform } from "./open-terraform.js";
import { startEmulator } from "./start-emulator.js";
import { type RunningRegistry, startRegistry } from "./start-registry.js";

/** Where a native rehearsal runs, for its first and last line. */
export const PLACE =
  "Native: no Dagger engine answers, so Terraform, the registry and the AWS emulator run as processes on loopback, and prepared layouts are published in place of built images.";

/** A stage of processes, and its end: nothing of it is left. */
export interface NativeStage {
  stage: Stage;
  /** The registry's process, to be ended in the middle. */
  registry: RunningRegistry;
  close(): Promise<void>;
}

/** Starts the services of a rehearsal as processes of this machine. Leaves nothing running where one does not start. */
export async function startNativeStage(): Promise<NativeStage> {
  const [terraform, mirror] = await Promise.all([
    findTool("terraform"),
    findMirror(),
    // The emulator and the registry look for theirs themselves: here they are had beside the others.
    findTool("moto"),
    findTool("crane"),
  ]);
  const scratch = await mkdtemp(join(tmpdir(), "genesis-rehearsal-"));
  // What the interrupted rehearsal still writes, until it notices, must not keep the folder: hence the retries.
  const ends = [() => rm(scratch, { recursive: true, force: true, maxRetries: 5 })];
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      for (const end of ends.reverse()) await end();
    })();
    return closed;
  };
  try {
    const images = await readImages();
    const registry = await startRegistry({ repositories: images.map(({ repository }) => repository) });
    ends.push(() => registry.stop());
    const emulator = await startEmulator();
    ends.push(() => emulator.close());
    const root = join(scratch, "repository");
    await copyRepository(ROOT, root);
    await useMirror(root, mirror);
    const client = new RegistryClient({ url: registry.url, prefix: new URL(registry.url).host });
    const options = { root, scratch, terraform, mirror: mirror.path, endpoint: emulator.url };
    const stage: Stage = {
      place: PLACE,
      root,
      emulatorUrl: emulator.url,
      backendSettings: EMULATOR_BACKEND,
      publish: async () =>
        publishImages(images, { registry: client, build: makeLayoutBuilder(join(scratch, "layouts")) }),
      useTerraform: async (use) => {
        if (closed !== undefined) throw new Error("the rehearsal has ended");
        const { run, remove } = await openTerraform(options);
        ends.push(remove);
        return use(run).finally(remove);
      },
    };
    return { stage, registry, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readImages() {
  return readCatalog(ROOT, parsePins(await readFile(join(ROOT, PINS_PATH), "utf8"), PINS_PATH));
}
