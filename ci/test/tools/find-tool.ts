import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, constants, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));
/** The repository. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** Where tools are installed that are not npm packages; ignored by Git. */
const CACHE = join(ROOT, ".cache", "tools");

/** Tools that images/pins.json pins as images, as Go modules of the same version. */
const GO_MODULES = {
  registry: "github.com/distribution/distribution/v3/cmd/registry",
  tflint: "github.com/terraform-linters/tflint",
};

/** Tools that tests and lints run, each with what installs it where it is not there. */
export type Tool = "registry" | "hadolint" | "shellcheck" | "buildifier" | "terraform" | "tflint";

/** The path of a tool, installed into the project's cache when it is not there yet. Fails by the tool's name. */
export async function findTool(tool: Tool): Promise<string> {
  try {
    if (tool === "registry" || tool === "tflint") return await findGoTool(tool);
    if (tool === "terraform") return await findTerraform();
    if (tool === "buildifier") return await require(join(ROOT, "node_modules", ".bin", "buildifier"));
    return join(await preparePython(), tool);
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(`The tool ${tool} is missing and could not be installed: ${stderr || message}`, { cause: error });
  }
}

async function require(path: string): Promise<string> {
  await access(path, constants.X_OK);
  return path;
}

async function findGoTool(name: keyof typeof GO_MODULES): Promise<string> {
  const pins: Record<string, string> = JSON.parse(await readFile(join(ROOT, "images", "pins.json"), "utf8"));
  const version = /:v?([^:@]+)@/.exec(pins[name] ?? "")?.[1];
  if (version === undefined) throw new Error(`images/pins.json names no version of ${name}`);
  const folder = join(CACHE, `${name}-${version}`);
  const path = join(folder, name);
  if (await exists(path)) return path;
  const onPath = await searchPath(name);
  if (onPath !== undefined && (await run(onPath, ["--version"])).stdout.includes(version)) return onPath;
  if ((await searchPath("go")) === undefined) {
    throw new Error(`neither ${name} ${version} nor Go to build ${GO_MODULES[name]} is on PATH`);
  }
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0", GOFLAGS: "" };
  await run("go", ["install", `${GO_MODULES[name]}@v${version}`], { env });
  return path;
}

async function findTerraform(): Promise<string> {
  const path = await searchPath("terraform");
  if (path === undefined) throw new Error("no terraform is on PATH; install 1.11 or newer");
  return path;
}

/** A virtual environment with the pinned tools of requirements.txt; the path of its executables. */
async function preparePython(): Promise<string> {
  const requirements = join(HERE, "requirements.txt");
  const key = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = join(CACHE, `python-${key}`);
  const bin = join(folder, "bin");
  const done = join(folder, "done");
  if (await exists(done)) return bin;
  await mkdir(CACHE, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder]);
  await run(join(bin, "python"), ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
  await writeFile(`${done}.part`, "");
  await rename(`${done}.part`, done);
  return bin;
}

async function exists(path: string, mode = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** The first executable of this name on PATH. */
export async function searchPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await exists(path, constants.X_OK))) return path;
  }
  return undefined;
}
