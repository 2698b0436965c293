import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { readSuite, SUITES } from "../tools/suites.js";

/** The suites: fast (`*.test.ts`), full (`*.full.test.ts`), and the module's tests again. See dev/tools/suites.ts. */
const suite = readSuite();
const { include, exclude } = SUITES[suite];

// The SDK of AWS says that it will need a newer Node next year: that is for who raises its version. For the set-up and the workers.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: [...include],
    exclude: [...exclude],
    globalSetup: ["dev/tools/setup.ts"],
    reporters: ["default", "dev/tools/plain-reporter.ts"],
    // Vitest on Bun does not see zod's named exports unless it loads the package itself.
    ...(process.versions.bun !== undefined && { server: { deps: { inline: [/zod/, /p-map/] } } }),
    // More than the cores of a small machine, for most tests wait for other processes.
    maxWorkers: 3,
    // A worker of the fast suite loads the product once: to load it again for each file takes a third of the processor time.
    isolate: suite !== "fast",
    // No test is decided by time, however busy the machine: these end what hangs.
    testTimeout: 30 * 60_000,
    hookTimeout: 30 * 60_000,
  },
});
