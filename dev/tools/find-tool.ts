import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, constants, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));
/** The repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Where tools are installed that are not npm packages; ignored by Git. */
const CACHE = join(ROOT, ".cache", "tools");

/** Go modules: with a version, or of the version in which images/pins.json pins the tool as an image. gojq is the jq in `gh --jq`. */
const GO_MODULES = {
  actionlint: "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
  cosign: "github.com/sigstore/cosign/v3/cmd/cosign",
  gojq: "github.com/itchyny/gojq/cmd/gojq@v0.12.17",
  grype: "github.com/anchore/grype/cmd/grype",
  registry: "github.com/distribution/distribution/v3/cmd/registry",
  syft: "github.com/anchore/syft/cmd/syft",
  tflint: "github.com/terraform-linters/tflint",
};

/** Tools that Python packages bring, each with the file that pins them. `starlark` is the Python that can import it. */
const PYTHON_TOOLS = {
  hadolint: join(HERE, "requirements.txt"),
  shellcheck: join(HERE, "requirements.txt"),
  zizmor: join(HERE, "requirements.txt"),
  moto_server: join(ROOT, "ci", "emulator", "requirements.txt"),
  starlark: join(ROOT, "dev", "test", "bazel", "requirements.txt"),
};

/** Tools that tests and lints run, each with what installs it where it is not there. */
export type Tool = keyof typeof GO_MODULES | keyof typeof PYTHON_TOOLS | "buildifier" | "terraform";

/** The path of a tool, installed into the project's cache when it is not there yet. Fails by the tool's name. */
export async function findTool(tool: Tool): Promise<string> {
  try {
    if (isGoTool(tool)) return await findGoTool(tool);
    if (tool === "terraform") return await findTerraform();
    if (tool === "buildifier") return await require(join(ROOT, "node_modules", ".bin", "buildifier"));
    return await require(join(await preparePython(PYTHON_TOOLS[tool]), tool === "starlark" ? "python" : tool));
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(`The tool ${tool} is missing and could not be installed: ${stderr || message}`, { cause: error });
  }
}

async function require(path: string): Promise<string> {
  await access(path, constants.X_OK);
  return path;
}

function isGoTool(tool: Tool): tool is keyof typeof GO_MODULES {
  return tool in GO_MODULES;
}

async function findGoTool(name: keyof typeof GO_MODULES): Promise<string> {
  const [module = "", own] = GO_MODULES[name].split("@v");
  const pins: Record<string, string> = JSON.parse(await readFile(join(ROOT, "images", "pins.json"), "utf8"));
  const version = own ?? /:v?([^:@]+)@/.exec(pins[name] ?? "")?.[1];
  if (version === undefined) throw new Error(`images/pins.json names no version of ${name}`);
  const folder = join(CACHE, `${name}-${version}`);
  const path = join(folder, name);
  if (await exists(path)) return path;
  const onPath = await searchPath(name);
  if (onPath !== undefined && (await run(onPath, ["--version"])).stdout.includes(version)) return onPath;
  if ((await searchPath("go")) === undefined) {
    throw new Error(`neither ${name} ${version} nor Go to build ${module} is on PATH`);
  }
  const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0", GOFLAGS: "" };
  await run("go", ["install", `${module}@v${version}`], { env });
  return path;
}

async function findTerraform(): Promise<string> {
  const path = await searchPath("terraform");
  if (path === undefined) throw new Error("no terraform is on PATH; install 1.11 or newer");
  return path;
}

/** A virtual environment with what a requirements file pins; the path of its executables. */
async function preparePython(requirements: string): Promise<string> {
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
