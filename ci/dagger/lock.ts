import { join } from "node:path";
import type { Changeset } from "@dagger.io/dagger";
import {
  checkLockedDigests,
  formatLock,
  formatLockCheck,
  LOCK_PATH,
  type Lock,
  type LockEntry,
  listBehind,
  parseLock,
  updateLock,
} from "../images/lock.js";
import { checkPulls, MODULE_PATH, replacePulls } from "../images/module-bazel.js";
import { readText } from "../lib/files.js";
import { parseFormat } from "../lib/formats.js";
import type { RegistryClient } from "../registry/client.js";
import { ECR_PUBLIC_HOST, openEcrPublic } from "../registry/ecr-public.js";
import { EMBEDDED_PREFIX, openEmbeddedRegistry } from "./registry-service.js";
import { readWorkspaceCatalog, type Workspace } from "./workspace.js";

/** Reads the digests of what is published and rewrites the lock and MODULE.bazel with them. */
export async function runLock(workspace: Workspace): Promise<Changeset> {
  const images = await readWorkspaceCatalog(workspace);
  const { lock: previous, moduleText } = await readLockFiles(workspace);
  const { alias } = workspace.settings.registry;
  // Bazel consumes what is public, so with an alias the lock speaks of that, whoever runs it; reading needs no credentials.
  const registry = alias === null ? await openEmbeddedRegistry(workspace.pins) : openEcrPublic(alias);
  const { lock, behind } = await updateLock(images, registry, previous);
  for (const sentence of behind) console.log(sentence);
  return workspace.source
    .withNewFile(LOCK_PATH, formatLock(lock))
    .withNewFile(MODULE_PATH, replacePulls(moduleText, lock))
    .changes(workspace.source);
}

/** Throws where the lock, MODULE.bazel and the registries disagree; returns what is behind its sources, which is no failure. */
export async function runLockCheck(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  const images = await readWorkspaceCatalog(workspace);
  const { lock, moduleText } = await readLockFiles(workspace);
  checkPulls(moduleText, lock);
  const opened = new Map<string, Promise<RegistryClient>>();
  await checkLockedDigests(images, lock, (entry) => {
    const prefix = readPrefix(entry);
    const client = opened.get(prefix) ?? openPrefix(workspace, prefix);
    opened.set(prefix, client);
    return client;
  });
  return formatLockCheck(await listBehind(images, lock), parsed);
}

async function readLockFiles(workspace: Workspace): Promise<{ lock: Lock; moduleText: string }> {
  return {
    lock: parseLock(await readText(join(workspace.root, LOCK_PATH), LOCK_PATH)),
    moduleText: await readText(join(workspace.root, MODULE_PATH), MODULE_PATH),
  };
}

/** The part of an entry's repository that names the registry: host, and for public ECR the alias. */
function readPrefix(entry: LockEntry): string {
  const [host = "", alias = ""] = entry.repository.split("/");
  return host === ECR_PUBLIC_HOST ? `${host}/${alias}` : host;
}

function openPrefix(workspace: Workspace, prefix: string): Promise<RegistryClient> {
  if (prefix === EMBEDDED_PREFIX) return openEmbeddedRegistry(workspace.pins);
  return Promise.resolve(openEcrPublic(prefix.slice(ECR_PUBLIC_HOST.length + 1)));
}
