import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { NPX_BUN } from "./bun.js";
import { ROOT } from "./find-tool.js";

/**
 * Writes ci/bun.lock, from which the module's runtime installs, out of ci/package.json. Elsewhere than in the repository,
 * where Bun would see the npm workspace and write one lock for all of it. What the lock has already stays as it is, as npm leaves its own.
 */
const folder = await mkdtemp(join(tmpdir(), "genesis-bun-"));
try {
  for (const name of ["package.json", "bun.lock"]) await copyFile(join(ROOT, "ci", name), join(folder, name));
  await promisify(execFile)("npx", [...NPX_BUN, "install", "--lockfile-only"], { cwd: folder });
  await copyFile(join(folder, "bun.lock"), join(ROOT, "ci", "bun.lock"));
} finally {
  await rm(folder, { recursive: true, force: true });
}
