import { join } from "node:path";
import type { Changeset } from "@dagger.io/dagger";
import {
  type CheckImage,
  checkLockedDigests,
  formatLock,
  formatLockCheck,
  LOCK_PATH,
  type Lock,
  parseLock,
  readPrefix,
  updateLock,
} from "../images/lock.js";
import { checkPulls, MODULE_PATH, replacePulls } from "../images/module-bazel.js";
import { readText } from "../lib/files.js";
import { parseFormat } from "../lib/formats.js";
import type { RegistryClient } from "../registry/client.js";
import { verifyImage } from "../signing/verify-image.js";
import { openLocalTarget, openPrefix, openReadTarget, type RegistryTarget } from "./registry-target.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** Reads the digests of what is published and rewrites the lock and MODULE.bazel with them, where they verify. */
export async function runLock(workspace: Workspace): Promise<Changeset> {
  const images = await readWorkspaceCatalog(workspace);
  const { lock: previous, moduleText } = await readLockFiles(workspace);
  const { alias } = workspace.settings.registry;
  // Bazel consumes what is public, so with an alias the lock speaks of that, whoever runs it.
  const target = await (alias === null ? openLocalTarget(workspace) : openReadTarget(workspace, alias));
  const { lock, behind } = await updateLock(images, target.registry, previous, makeCheck(workspace, target));
  for (const sentence of behind) console.log(sentence);
  return workspace.source
    .withNewFile(LOCK_PATH, formatLock(lock))
    .withNewFile(MODULE_PATH, replacePulls(moduleText, lock))
    .changes(workspace.source);
}

/** Where genesis.json says whose signatures count, only what verifies is locked. */
function makeCheck({ settings }: Workspace, { tools, registry }: RegistryTarget): CheckImage | undefined {
  const { signing: trust, source } = settings;
  if (trust === null) return undefined;
  return async ({ repository }, digest) => {
    await verifyImage({ repository, digest }, { environment: tools, registry, trust, source, blobs: false });
  };
}

/** Throws where the lock, MODULE.bazel and the registries disagree; returns what is behind its sources, which is no failure. */
export async function runLockCheck(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  const images = await readWorkspaceCatalog(workspace);
  const { lock, moduleText } = await readLockFiles(workspace);
  checkPulls(moduleText, lock);
  const opened = new Map<string, Promise<RegistryClient>>();
  const behind = await checkLockedDigests(images, lock, (entry) => {
    const prefix = readPrefix(entry);
    const client = opened.get(prefix) ?? openPrefix(workspace, prefix).then(({ registry }) => registry);
    opened.set(prefix, client);
    return client;
  });
  return formatLockCheck(behind, parsed);
}

/** The lock and MODULE.bazel of a workspace. */
export async function readLockFiles(workspace: Workspace): Promise<{ lock: Lock; moduleText: string }> {
  return {
    lock: parseLock(await readText(join(workspace.root, LOCK_PATH), LOCK_PATH)),
    moduleText: await readText(join(workspace.root, MODULE_PATH), MODULE_PATH),
  };
}
