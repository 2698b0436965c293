import { execFile } from "node:child_process";
import { access, constants, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fetchRelease, formatAddress, namePlatform, parseReleases } from "./fetch-release.js";
import { preparePython } from "./prepare-python.js";
import { tell } from "./progress.js";
import { PROGRAMS, type Program, type ProgramName, PYTHON_TOOLS, type PythonToolName, type Tool } from "./tools.js";

export type { Tool } from "./tools.js";

const run = promisify(execFile);
/** The repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Where what is installed stays; ignored by Git. */
export const CACHE = join(ROOT, ".cache", "tools");

/** Where tools are looked for, and installed. */
export interface Place {
  /** Where what is installed stays. */
  cache: string;
  /** Folders of executables, as PATH has them. */
  path: string;
  /** The text of releases.txt. */
  releases: string;
  /** In place of the scheme and host of the releases' addresses. */
  origin?: string;
}

/** This machine, and the project's cache. */
async function readPlace(): Promise<Place> {
  return {
    cache: CACHE,
    path: process.env.PATH ?? "",
    releases: await readFile(new URL("./releases.txt", import.meta.url), "utf8"),
  };
}

/** The path of a tool, which is fetched or compiled where the machine has none that will do. Fails by what there is to do. */
export async function findTool(tool: Tool): Promise<string> {
  if (tool === "buildifier") return join(ROOT, "node_modules", ".bin", "buildifier");
  const place = await readPlace();
  if (tool in PYTHON_TOOLS) return preparePython(tool as PythonToolName, place.cache, ROOT);
  return findProgram(tool as ProgramName, place);
}

/** Looks for a program in the cache and on PATH; else fetches its release by its checksum; else has Go compile it. */
export async function findProgram(name: ProgramName, place: Place): Promise<string> {
  const program: Program = PROGRAMS[name];
  const version = await readVersion(name, place);
  const path = join(place.cache, `${name}-${version}`, name);
  if (await exists(path)) return path;
  const onPath = await searchPath(name, place.path);
  if (onPath !== undefined && willDo(await askVersion(name, onPath), version, program.atLeast)) return onPath;
  const reasons: string[] = [];
  for (const install of [installRelease, installByGo]) {
    try {
      return await installInto(path, (target) => install(name, version, target, place));
    } catch (error) {
      const { message, stderr } = error as Error & { stderr?: string };
      reasons.push(`- ${stderr?.trim() || message}`);
    }
  }
  const wanted = program.atLeast === undefined ? version : `${program.atLeast} or newer`;
  throw new Error(
    `The tool ${name} is missing and could not be had:\n${reasons.join("\n")}\nInstall ${name} ${wanted} so that it is on PATH, and run this again.`,
  );
}

/** Whether a version that was found will do: the wanted one, or one that is not older than `atLeast`. */
export function willDo(found: string | undefined, wanted: string, atLeast?: string): boolean {
  if (found === undefined) return false;
  if (atLeast === undefined) return found === wanted;
  const [[major = 0, minor = 0], [leastMajor = 0, leastMinor = 0]] = [found, atLeast].map((version) =>
    version.split(".").map(Number),
  ) as [number[], number[]];
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The version of a tool: of its image, which the module runs, or of its release. */
export async function readVersion(name: ProgramName, { releases }: Pick<Place, "releases">): Promise<string> {
  const pins: Record<string, string> = JSON.parse(await readFile(join(ROOT, "images", "pins.json"), "utf8"));
  const pinned = /:v?([^:@]+)@/.exec(pins[name] ?? "")?.[1];
  const version = pinned ?? parseReleases(releases).find(({ tool }) => tool === name)?.version;
  if (version === undefined) throw new Error(`neither images/pins.json nor dev/tools/releases.txt has a ${name}`);
  return version;
}

/** The version of the Terraform that findTool finds, and of the one that images/pins.json pins. */
export async function readTerraformVersions(): Promise<{ found: string; pinned: string }> {
  const found = await askVersion("terraform", await findTool("terraform"));
  return { found: found ?? "of no version", pinned: await readVersion("terraform", { releases: "" }) };
}

async function installRelease(name: ProgramName, version: string, target: string, place: Place): Promise<void> {
  const platform = namePlatform();
  const release = parseReleases(place.releases).find(
    (each) => each.tool === name && each.version === version && each.platform === platform,
  );
  if (release === undefined) throw new Error(`no checksum of ${name} ${version} for ${platform} is known`);
  const address = formatAddress(PROGRAMS[name].release, release);
  const url = place.origin === undefined ? address : address.replace(/^https:\/\/[^/]+/, place.origin);
  await tell(`Fetching ${name} ${version}`, () => fetchRelease(release, url, target));
}

async function installByGo(name: ProgramName, version: string, target: string, { path }: Place): Promise<void> {
  const { go: module }: Program = PROGRAMS[name];
  if (module === undefined) throw new Error("Go cannot compile it");
  const go = await searchPath("go", path);
  if (go === undefined) throw new Error("there is no Go to compile it");
  const env = { ...process.env, GOBIN: join(target, ".."), CGO_ENABLED: "0", GOFLAGS: "" };
  await tell(`Compiling ${name} ${version} with Go`, () => run(go, ["install", `${module}@v${version}`], { env }));
}

/** Installs into a folder that takes its place as a whole: of two that install at once, the first wins, and both have it. */
async function installInto(path: string, install: (target: string) => Promise<void>): Promise<string> {
  const folder = join(path, "..");
  const name = path.slice(folder.length + 1);
  await mkdir(join(folder, ".."), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    await install(join(work, name));
    await rename(work, folder).catch(async (error) => {
      if (!(await exists(path))) throw error;
    });
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The version that an executable tells: Go's have it behind `version` or `--version`. */
async function askVersion(name: string, path: string): Promise<string | undefined> {
  for (const arg of name === "terraform" || name === "crane" ? ["version"] : ["--version", "version"]) {
    const said = await run(path, [arg]).catch(() => undefined);
    const version = /\bv?(\d+\.\d+\.\d+)\b/.exec(said?.stdout ?? "")?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The first executable of this name in the folders of PATH. */
export async function searchPath(name: string, folders = process.env.PATH ?? ""): Promise<string | undefined> {
  for (const folder of folders.split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await exists(path))) return path;
  }
  return undefined;
}
