import { type Container, dag } from "@dagger.io/dagger";
import { OWNER } from "./terraform.js";

/** Where the output of quiet execs goes instead of the logs. */
const OUTPUT_FOLDER = "/tmp/genesis";

/**
 * Runs its arguments with their output in files. The engine shows all output of an exec in its logs, also where it is asked to
 * redirect it, and a plan or a state as JSON holds sensitive values, or megabytes. The script is constant: nothing is put into it.
 */
export const QUIETLY: readonly string[] = [
  "sh",
  "-c",
  `exec "$@" >${OUTPUT_FOLDER}/stdout 2>${OUTPUT_FOLDER}/stderr`,
  "sh",
];

/** A container in which quiet execs can write. */
export function withQuietFolder(container: Container): Container {
  return container.withDirectory(OUTPUT_FOLDER, dag.directory(), { owner: OWNER });
}

/** What the last quiet exec wrote. */
export async function readQuietly(container: Container): Promise<{ stdout: string; stderr: string }> {
  const read = (name: string) => container.file(`${OUTPUT_FOLDER}/${name}`).contents();
  const [stdout, stderr] = await Promise.all([read("stdout"), read("stderr")]);
  return { stdout, stderr };
}
