import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { dag, type Service } from "@dagger.io/dagger";
import { requirePin } from "../images/pins.js";
import type { Workspace } from "./workspace.js";

/** The port of the emulator; `aws-emulator up` serves it there too. */
const PORT = 5000;
const SOURCE = fileURLToPath(new URL("../emulator", import.meta.url));
/** Where the emulator is put, below the folder in which the module runs. */
const COPY = "emulator";
const INSTALL = "images/base/install-packages.sh";
const PIP_INSTALL = ["/opt/moto/bin/pip", "install", "--no-cache-dir", "--require-hashes", "--requirement"];

/**
 * The AWS emulator as a service: moto from PyPI, with hashes, and our package beside it, on Debian's Python. `fresh` makes it one of its own:
 * a service of the same definition would be the same one.
 */
export async function defineEmulator(workspace: Workspace, fresh = ""): Promise<Service> {
  const { pins, source } = workspace;
  await cp(SOURCE, COPY, { recursive: true });
  const emulator = dag.currentModule().workdir(COPY);
  return dag
    .container()
    .from(requirePin(pins, "image", "debian"))
    .withEnvVariable("DEBIAN_ARCHIVE", requirePin(pins, "archive", "debian-archive"))
    .withEnvVariable("DEBIAN_SECURITY_ARCHIVE", requirePin(pins, "archive", "debian-security-archive"))
    .withMountedFile("/tmp/install-packages.sh", source.file(INSTALL))
    .withExec(["sh", "/tmp/install-packages.sh", "ca-certificates", "python3", "python3-venv"])
    .withMountedFile("/tmp/requirements.txt", emulator.file("requirements.txt"))
    .withExec(["python3", "-m", "venv", "/opt/moto"])
    .withExec([...PIP_INSTALL, "/tmp/requirements.txt"])
    .withDirectory("/opt/emulator", emulator)
    .withUser("nobody")
    .withEnvVariable("PYTHONPATH", "/opt/emulator")
    .withEnvVariable("GENESIS_EMULATOR", fresh)
    .withExposedPort(PORT)
    .asService({
      args: ["/opt/moto/bin/python", "-B", "-m", "genesis_emulator", "--host", "0.0.0.0", "--port", `${PORT}`],
    });
}
