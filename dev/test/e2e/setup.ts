import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../tools/find-tool.js";

/** Fails with one sentence where no engine answers: these tests prove nothing without one. */
export default async function setup(): Promise<void> {
  try {
    await promisify(execFile)(join(ROOT, "daggerw"), ["--silent", "core", "version"], { timeout: 10 * 60_000 });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`The e2e tests need a Dagger engine, and none answers: ${(stderr || message).trim()}`);
  }
}
