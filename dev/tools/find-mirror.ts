import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LOCK_FILE, TERRAFORM_FOLDER } from "../../ci/terraform/code.js";
import { namePlatform } from "./fetch-release.js";
import { CACHE, findTool, ROOT, readTerraformVersions } from "./find-tool.js";
import { tell } from "./progress.js";

/** Where people and packages put a filesystem mirror of providers; terraform's own implied folders lie below some. */
const PLACES = ["/opt", "/usr/local/share", "/usr/share", "/srv", "/var/lib", homedir()];
const DEPTH = 3;
const VERSIONS = "versions.tf";

/** Where Terraform takes providers from, and the lock file for it. */
export interface Mirror {
  /** A filesystem mirror, unpacked: Terraform links to it, where it would fetch and unpack hundreds of megabytes for each plan. */
  path: string;
  /** The text of terraform's own lock file; else of one with what is in the mirror. */
  lock: string;
}

/**
 * A mirror with the locked providers: one of the machine, or one that Terraform itself fetches into the project's cache. Where neither can be
 * had, one of the machine with others that versions.tf accepts, and a lock file of those, which stays in the cache: without it a later run
 * tries to fetch again.
 */
export async function findMirror(): Promise<Mirror> {
  const lock = await readFile(join(ROOT, TERRAFORM_FOLDER, LOCK_FILE), "utf8");
  const folder = join(CACHE, `providers-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`);
  const substitute = `${folder}${LOCK_FILE}`;
  const mirrors = [folder, ...(await Promise.all(PLACES.map((place) => search(place, DEPTH)))).flat()];
  for (const text of [lock, await readFile(substitute, "utf8").catch(() => "")]) {
    for (const path of mirrors) if (await hasAll(path, readLocked(text))) return { path, lock: text };
  }
  const failed = await fetchProviders(folder).catch((error: Error) => error);
  if (failed === undefined) return { path: folder, lock };
  for (const path of mirrors) {
    const text = await lockMirror(path).catch(() => undefined);
    if (text === undefined) continue;
    await writeFile(substitute, text);
    return { path, lock: text };
  }
  throw failed;
}

/** Makes the code of a copy of the repository take its providers from a mirror. */
export async function useMirror(root: string, { lock }: Mirror): Promise<void> {
  await writeFile(join(root, TERRAFORM_FOLDER, LOCK_FILE), lock);
}

/** What runs and what is pinned, in a sentence without its subject. */
export async function describeVersions({ lock }: Mirror): Promise<string> {
  const { found, pinned } = await readTerraformVersions();
  const runs = `Terraform ${found} and provider aws ${readVersion(lock)}`;
  const pins = [pinned, readVersion(await readFile(join(ROOT, TERRAFORM_FOLDER, LOCK_FILE), "utf8"))];
  return `${runs}; the pinned ones are ${pins.join(" and ")}`;
}

const readVersion = (lock: string) => /hashicorp\/aws" \{\n\s*version\s*= "([^"]+)"/.exec(lock)?.[1] ?? "none";

/** Where a mirror has each provider of a lock file for this machine. */
function readLocked(lock: string): string[] {
  const providers = lock.matchAll(/^provider "([^"]+)" \{\n\s*version\s*= "([^"]+)"/gm);
  return [...providers].map(([, name = "", version = ""]) => join(name, version, namePlatform()));
}

async function hasAll(mirror: string, locked: readonly string[]): Promise<boolean> {
  if (locked.length === 0) return false;
  const there = locked.map((path) =>
    access(join(mirror, path)).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(there)).every(Boolean);
}

/** Has Terraform fetch what is locked; its cache of plugins is laid out as a mirror is. */
async function fetchProviders(folder: string): Promise<undefined> {
  await inCode(folder, [LOCK_FILE, VERSIONS], async (run, work) => {
    const cache = join(work, "cache");
    await mkdir(cache);
    const args = ["init", "-backend=false", "-input=false", "-lockfile=readonly", "-no-color"];
    await tell("Fetching Terraform's providers", () => run(args, { TF_PLUGIN_CACHE_DIR: cache }));
    // Of two that fetch at once, the first wins, and both have it.
    await rename(cache, folder).catch((error) => access(folder).catch(() => Promise.reject(error)));
  });
  return undefined;
}

/** The lock file of the newest providers in a mirror that versions.tf accepts. */
function lockMirror(path: string): Promise<string> {
  return inCode(join(CACHE, "lock"), [VERSIONS], async (run, _, code) => {
    await run(["providers", "lock", `-fs-mirror=${path}`, `-platform=${namePlatform()}`]);
    return readFile(join(code, LOCK_FILE), "utf8");
  });
}

type RunTerraform = (args: readonly string[], env?: Record<string, string>) => Promise<unknown>;

/** Runs Terraform in a copy of some files of the code, in a folder beside `place` that is gone afterwards. */
async function inCode<T>(
  place: string,
  files: readonly string[],
  use: (run: RunTerraform, work: string, code: string) => Promise<T>,
): Promise<T> {
  const terraform = await findTool("terraform");
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(`${place}.`);
  const code = join(work, "code");
  try {
    await mkdir(code);
    for (const name of files) await copyFile(join(ROOT, TERRAFORM_FOLDER, name), join(code, name));
    const run: RunTerraform = (args, env) =>
      promisify(execFile)(terraform, args, { cwd: code, env: { ...process.env, CHECKPOINT_DISABLE: "1", ...env } });
    return await use(run, work, code);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Folders that are mirrors, at any depth down to `depth`. */
async function search(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.includes("registry.terraform.io")) return [folder];
  if (depth === 0) return [];
  const below = names.filter((name) => name !== "node_modules" && name !== ".git");
  return (await Promise.all(below.map((name) => search(join(folder, name), depth - 1)))).flat();
}
