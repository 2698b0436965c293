import { readPrefix } from "../images/lock.js";
import { parseFormat } from "../lib/formats.js";
import { type LockedImage, openLockedImages } from "../signing/locked-images.js";
import { scanLocked } from "../signing/scan-locked.js";
import { refuseUnconfigured } from "../signing/trust.js";
import { verifyLocked } from "../signing/verify-locked.js";
import { readLockFiles } from "./lock.js";
import { openPrefix } from "./registry-target.js";
import type { Workspace } from "./workspace.js";

/** `verify`: the images of the lock, to the last byte. */
export async function runVerify(workspace: Workspace, names: readonly string[], format: string): Promise<string> {
  const parsed = parseFormat(format);
  const { signing: trust, source } = workspace.settings;
  if (trust === null) throw refuseUnconfigured();
  return verifyLocked(await openImages(workspace, names), { trust, source }, parsed);
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
