import { readPrefix } from "../images/lock.js";
import { rebuildImage } from "../images/rebuild.js";
import { selectImages } from "../images/select.js";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { parseFormat } from "../lib/formats.js";
import { type LockedImage, openLockedImages } from "../signing/locked-images.js";
import { scanLocked } from "../signing/scan-locked.js";
import { refuseUnconfigured } from "../signing/trust.js";
import { verifyLocked } from "../signing/verify-locked.js";
import { makeBuilder } from "./build-image.js";
import { readLockFiles } from "./lock.js";
import { openPrefix } from "./registry-target.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** `verify`: the images of the lock, to the last byte. */
export async function runVerify(workspace: Workspace, names: readonly string[], format: string): Promise<string> {
  const parsed = parseFormat(format);
  const { signing: trust, source } = workspace.settings;
  if (trust === null) throw refuseUnconfigured();
  return verifyLocked(await openImages(workspace, names), { trust, source }, parsed);
}

/** `verify --rebuild`: the images of the lock against what their inputs give here. Needs no signatures. */
export async function runRebuild(workspace: Workspace, names: readonly string[]): Promise<string> {
  const { lock } = await readLockFiles(workspace);
  const images = await selectImages(await readWorkspaceCatalog(workspace), names);
  const errors: GenesisError[] = [];
  const sentences: string[] = [];
  for (const image of images) {
    const entry = lock.get(image.name);
    if (entry === undefined) {
      sentences.push(`${image.name}: not locked, so there is nothing to compare with.`);
      continue;
    }
    const { registry } = await openPrefix(workspace, readPrefix(entry));
    const digest = await collectErrors(errors, () => rebuildImage(image, entry, registry, makeBuilder(workspace)));
    if (digest !== undefined) sentences.push(`${image.name}: built again, and the same: ${digest}`);
  }
  throwErrors(errors);
  return `${sentences.join("\n")}\n`;
}

/** `scan`: the images of the lock, for what has become known since. */
export async function runScan(workspace: Workspace, names: readonly string[], format: string): Promise<string> {
  const parsed = parseFormat(format);
  return scanLocked(await openImages(workspace, names), workspace.settings.scan, parsed, new Date());
}

async function openImages(workspace: Workspace, names: readonly string[]): Promise<LockedImage[]> {
  const { lock } = await readLockFiles(workspace);
  return openLockedImages(lock, names, (entry) => openPrefix(workspace, readPrefix(entry)));
}
