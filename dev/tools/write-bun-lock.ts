import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { NPX_BUN } from "./bun.js";
import { ROOT } from "./find-tool.js";

/**
 * Writes ci/bun.lock, from which the module's runtime installs, out of ci/package.json. What the lock has already stays as it is, as npm
 * leaves its own.
 */
await promisify(execFile)("npx", [...NPX_BUN, "install", "--lockfile-only"], { cwd: join(ROOT, "ci") });
