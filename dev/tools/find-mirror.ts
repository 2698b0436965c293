import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { namePlatform } from "./fetch-release.js";
import { CACHE, findTool, ROOT } from "./find-tool.js";
import { tell } from "./progress.js";

/** Where people and packages put a filesystem mirror of providers; terraform's own implied folders lie below some. */
const PLACES = ["/opt", "/usr/local/share", "/usr/share", "/srv", "/var/lib", homedir()];
const DEPTH = 3;
const LOCK = ".terraform.lock.hcl";

/**
 * A filesystem mirror with the locked providers, unpacked: Terraform links to it, where it would fetch and unpack hundreds of megabytes for
 * each plan. One of the machine, or one that Terraform itself fetches into the project's cache.
 */
export async function findMirror(): Promise<string> {
  const lock = await readFile(join(ROOT, "terraform", LOCK), "utf8");
  const locked = readLocked(lock);
  for (const place of PLACES) {
    const found = await search(place, DEPTH);
    if (found !== undefined && (await hasAll(found, locked))) return found;
  }
  const folder = join(CACHE, `providers-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`);
  if (!(await hasAll(folder, locked))) await fetchProviders(folder);
  return folder;
}

/** Where a mirror has each provider of a lock file for this machine. */
export function readLocked(lock: string): string[] {
  const providers = lock.matchAll(/^provider "([^"]+)" \{\n\s*version\s*= "([^"]+)"/gm);
  return [...providers].map(([, name = "", version = ""]) => join(name, version, namePlatform()));
}

async function hasAll(mirror: string, locked: readonly string[]): Promise<boolean> {
  const there = locked.map((path) =>
    access(join(mirror, path)).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(there)).every(Boolean);
}

/** Has Terraform fetch what is locked; its cache of plugins is laid out as a mirror is. */
async function fetchProviders(folder: string): Promise<void> {
  const terraform = await findTool("terraform");
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  const [code, cache] = [join(work, "code"), join(work, "cache")];
  try {
    for (const path of [code, cache]) await mkdir(path);
    for (const name of [LOCK, "versions.tf"]) await copyFile(join(ROOT, "terraform", name), join(code, name));
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", TF_PLUGIN_CACHE_DIR: cache };
    const args = ["init", "-backend=false", "-input=false", "-lockfile=readonly", "-no-color"];
    await tell("Fetching Terraform's providers", () => promisify(execFile)(terraform, args, { cwd: code, env }));
    // Of two that fetch at once, the first wins, and both have it.
    await rename(cache, folder).catch((error) => access(folder).catch(() => Promise.reject(error)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function search(folder: string, depth: number): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.includes("registry.terraform.io")) return folder;
  if (depth === 0) return undefined;
  for (const name of names) {
    if (name === "node_modules" || name === ".git") continue;
    const found = await search(join(folder, name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
