import { join } from "node:path";
import { type Container, dag } from "@dagger.io/dagger";
import type { Image } from "../images/catalog.js";
import { hashInputs } from "../images/inputs.js";
import { LOCK_PATH, parseLock } from "../images/lock.js";
import { renderModule } from "../images/module-bazel.js";
import { listPublished } from "../images/published.js";
import { formatCatalog, parseCatalogFormat } from "../images/report.js";
import { narrowPlatforms, selectImages } from "../images/select.js";
import { formatSources } from "../images/sources.js";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { readText } from "../lib/files.js";
import { LOCK_FILE, TERRAFORM_FOLDER } from "../terraform/code.js";
import { buildVariants } from "./build-image.js";
import { openLocalClient, openReadTarget } from "./registry-target.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** The catalogue as a table or as JSON, what another repository's MODULE.bazel needs to pull the locked images, or all that comes from outside. */
export async function runImages(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseCatalogFormat(format);
  const images = await readWorkspaceCatalog(workspace);
  if (parsed === "sources") {
    const path = `${TERRAFORM_FOLDER}/${LOCK_FILE}`;
    return formatSources({ ...workspace, images, lockFile: await readText(join(workspace.root, path), path) });
  }
  if (parsed !== "bazel") return formatCatalog(images, parsed);
  const lock = parseLock(await readText(join(workspace.root, LOCK_PATH), LOCK_PATH));
  const names = images.map((image) => image.name);
  return renderModule(names, lock);
}

/** Builds one image for one platform, by default the engine's. */
export async function runBuildImage(workspace: Workspace, name: string, platform?: string): Promise<Container> {
  const [image] = await selectImages(await readWorkspaceCatalog(workspace), [name]);
  if (image === undefined) throw new Error("unreachable: one name selects one image or throws");
  const narrowed = narrowPlatforms(image, [platform ?? (await dag.defaultPlatform())]);
  const [variant] = await buildVariants(workspace, await makeRequest(narrowed));
  if (variant === undefined) throw new Error("unreachable: one platform gives one variant");
  return variant;
}

/**
 * Builds every image for all its platforms and runs its smoke command, but for what the registry has of the same inputs. Throws every failure
 * at once.
 */
export async function runBuildAll(workspace: Workspace): Promise<void> {
  const { alias } = workspace.settings.registry;
  const registry =
    alias === null ? await openLocalClient(workspace) : (await openReadTarget(workspace, alias)).registry;
  const errors: GenesisError[] = [];
  for (const image of await readWorkspaceCatalog(workspace)) {
    const done = await collectErrors(errors, async () => {
      const request = await makeRequest(image);
      // A registry that does not answer, or lacks the repository, has nothing: a build is never wrong.
      const published = (await listPublished(registry, image.repository, request.inputs).catch(() => [])).at(-1);
      if (published !== undefined) return `published as ${published.tag}, and not built again`;
      await buildVariants(workspace, request);
      return "built";
    });
    console.log(`${image.name}: ${done ?? "failed"}`);
  }
  throwErrors(errors);
}

async function makeRequest(image: Image) {
  return { image, inputs: await hashInputs(image), generation: 1 };
}
