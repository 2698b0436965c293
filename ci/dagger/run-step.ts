import { randomUUID } from "node:crypto";
import { type Container, dag, ReturnType, type Secret } from "@dagger.io/dagger";
import { type Run, refuseExecutable, type Step, type StepResult } from "../lib/step.js";
import { handOverFiles } from "./hand-over.js";

/** Who runs steps: the user of images/terraform, and for the tools nobody in particular, as they need no rights. */
export const OWNER = "65532:65532";
export const WORK_FOLDER = "/work";

/** Where the output of quiet steps goes instead of the logs. */
const OUTPUT_FOLDER = "/tmp/genesis";

/**
 * Runs its arguments with their output in files. The engine shows all output of an exec in its logs, also where it is asked to
 * redirect it. The script is constant: nothing is put into it.
 */
const QUIETLY: readonly string[] = ["sh", "-c", `exec "$@" >${OUTPUT_FOLDER}/stdout 2>${OUTPUT_FOLDER}/stderr`, "sh"];

/** How a container runs its steps. */
export interface ContainerOptions {
  /** Whether the executable that steps name is the container's entrypoint, and need not be on its PATH. */
  entrypoint?: boolean;
  /** Whether the engine may say again what a step came to before: where nothing but the container decides it. */
  cached?: boolean;
}

/** Opens a container whose steps run when they are called, each time and once. */
export function openContainer(container: Container, options: ContainerOptions = {}): Run {
  let base = container.withWorkdir(WORK_FOLDER).withDirectory(OUTPUT_FOLDER, dag.directory(), { owner: OWNER });
  return async (step) => {
    const ran = await withStep(base, step, options);
    const result = await readResult(ran, step);
    // What the step brought beside its files is not for the next one.
    base = base.withRootfs(ran.rootfs());
    return result;
  };
}

async function withStep(base: Container, step: Step, options: ContainerOptions): Promise<Container> {
  const { argv, env = {}, secrets = {}, files, secretFiles = {}, quiet = false } = step;
  let container = base;
  if (files !== undefined) container = container.withDirectory(".", await handOverFiles(files), { owner: OWNER });
  for (const [name, value] of Object.entries(env)) container = container.withEnvVariable(name, value);
  for (const [name, value] of Object.entries(secrets))
    container = container.withSecretVariable(name, makeSecret(value));
  for (const [path, text] of Object.entries(secretFiles)) {
    container = container.withMountedSecret(path, makeSecret(text), { owner: OWNER, mode: 0o400 });
  }
  // The engine caches what it ran before: a value that was never there makes it run the step again.
  if (!options.cached) container = container.withEnvVariable("GENESIS_RUN", randomUUID());
  const useEntrypoint = options.entrypoint ?? false;
  const args = useEntrypoint ? argv.slice(1) : [...(quiet ? QUIETLY : []), ...argv];
  return container.withExec(args, { useEntrypoint, expect: ReturnType.Any });
}

async function readResult(container: Container, { argv, quiet, output }: Step): Promise<StepResult> {
  const exitCode = await container.exitCode();
  const read = (path: string) => container.file(path).contents();
  const stderr = await (quiet ? read(`${OUTPUT_FOLDER}/stderr`) : container.stderr());
  const [tool = ""] = argv;
  // The shell says it by its exit code, and the engine in words only.
  if (exitCode === 127 || stderr.startsWith(`exec: "${tool}": executable file not found`)) throw refuseExecutable(tool);
  if (quiet) return { exitCode, stdout: await read(`${OUTPUT_FOLDER}/stdout`), stderr };
  return { exitCode, stdout: await (output && exitCode === 0 ? read(output) : container.stdout()), stderr };
}

/** Makes a secret with a name of its own: two sessions of one engine must not read each other's. */
export function makeSecret(value: string): Secret {
  return dag.setSecret(`genesis-${randomUUID()}`, value);
}
