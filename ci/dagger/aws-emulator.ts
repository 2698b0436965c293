import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Directory, dag, type Service } from "@dagger.io/dagger";
import { requirePin } from "../images/pins.js";
import type { Workspace } from "./workspace.js";

/** The port of the emulator; `aws-emulator up` serves it there too. */
const PORT = 5000;
const SOURCE = fileURLToPath(new URL("../emulator", import.meta.url));
/** Where the compiled emulator is put, below the folder in which the module runs. */
const COMPILED = "emulator";
const INSTALL = "images/base/install-packages.sh";

/**
 * The AWS emulator as a service: moto from PyPI, with hashes, and our server in front, on Debian's Node and Python. `fresh` makes it one
 * of its own: a service of the same definition would be the same one.
 */
export async function defineEmulator(workspace: Workspace, fresh = ""): Promise<Service> {
  const { pins, source } = workspace;
  const install = dag
    .container()
    .from(requirePin(pins, "image", "debian"))
    .withEnvVariable("DEBIAN_ARCHIVE", requirePin(pins, "archive", "debian-archive"))
    .withEnvVariable("DEBIAN_SECURITY_ARCHIVE", requirePin(pins, "archive", "debian-security-archive"))
    .withMountedFile("/tmp/install-packages.sh", source.file(INSTALL))
    .withExec(["sh", "/tmp/install-packages.sh", "ca-certificates", "nodejs", "python3", "python3-venv"]);
  const compiled = await compileEmulator();
  const moto = install
    .withMountedFile("/tmp/requirements.txt", compiled.file("requirements.txt"))
    .withExec(["python3", "-m", "venv", "/opt/moto"])
    .withExec([
      "/opt/moto/bin/pip",
      "install",
      "--no-cache-dir",
      "--require-hashes",
      "--requirement",
      "/tmp/requirements.txt",
    ]);
  return moto
    .withDirectory("/opt/emulator", compiled)
    .withUser("nobody")
    .withEnvVariable("MOTO_SERVER", "/opt/moto/bin/moto_server")
    .withEnvVariable("GENESIS_EMULATOR", fresh)
    .withExposedPort(PORT)
    .asService({ args: ["node", "/opt/emulator/serve.js"] });
}

/** The emulator as JavaScript: Debian's Node does not read TypeScript. Types are not checked here; the repository's check does that. */
async function compileEmulator(): Promise<Directory> {
  const { default: typescript } = await import("typescript");
  const compilerOptions = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
  for (const entry of await readdir(SOURCE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(SOURCE.length + 1);
    const text = await readFile(join(SOURCE, path), "utf8");
    const target = join(COMPILED, path.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    const output = path.endsWith(".ts") ? typescript.transpileModule(text, { compilerOptions }).outputText : text;
    await writeFile(target, output);
  }
  await writeFile(join(COMPILED, "package.json"), '{"type":"module"}\n');
  return dag.currentModule().workdir(COMPILED);
}
