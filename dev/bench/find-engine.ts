import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../tools/find-tool.js";
import { skip } from "./measure.js";

/** Whether a Dagger engine answers; says what is not measured without one. */
export async function findEngine(what: string): Promise<boolean> {
  const call = promisify(execFile)(join(ROOT, "daggerw"), ["--silent", "core", "version"]);
  const answers = await call.then(
    () => true,
    () => false,
  );
  if (!answers) skip(`${what}: no Dagger engine answers on this machine.`);
  return answers;
}
