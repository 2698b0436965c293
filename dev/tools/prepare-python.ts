import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { tell } from "./progress.js";
import { PYTHON_TOOLS, type PythonTool, type PythonToolName } from "./tools.js";

const run = promisify(execFile);

/** The path of an executable in a virtual environment with what its requirements file pins, which is made where there is none. */
export async function preparePython(tool: PythonToolName, cache: string, root: string): Promise<string> {
  const { requirements, package: name, executable = tool }: PythonTool = PYTHON_TOOLS[tool];
  const file = join(root, requirements);
  const pinned = await readFile(file, "utf8");
  const folder = join(cache, `python-${createHash("sha256").update(pinned).digest("hex").slice(0, 12)}`);
  const path = join(folder, "bin", executable);
  if (await exists(path)) return path;
  const version = new RegExp(`^${name}==([\\w.]+)`, "m").exec(pinned)?.[1];
  try {
    await tell(`Installing ${version === undefined ? name : `${name} ${version}`} with Python`, () =>
      make(folder, file),
    );
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: string };
    throw new Error(
      `The tool ${tool} is missing and could not be had:\n- ${stderr?.trim() || message}\nInstall Python 3.11 or newer with its venv module, and see that pip reaches its package index.`,
      { cause: error },
    );
  }
  return path;
}

/** Made beside its place, which it takes as a whole: of two that install at once, the first wins, and both have it. */
async function make(folder: string, requirements: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    await run("python3", ["-m", "venv", work]);
    const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements];
    await run(join(work, "bin", "python"), args);
    // Scripts name their Python by its path, which is about to be another.
    const bin = join(work, "bin");
    for (const entry of await readdir(bin, { withFileTypes: true })) {
      // Packages may leave a folder of byte code among their scripts.
      if (!entry.isFile()) continue;
      const { name } = entry;
      const script = await readFile(join(bin, name), "latin1");
      if (script.startsWith(`#!${work}`)) await writeFile(join(bin, name), script.replace(work, folder), "latin1");
    }
    await rename(work, folder).catch(async (error) => {
      if (!(await exists(join(folder, "bin", "python")))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
