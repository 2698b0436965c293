import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// As in vitest.config.ts.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Tests that run `dagger call` on a real engine, one after the other: they share its embedded registry. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["dev/test/e2e/**/*.e2e.test.ts"],
    globalSetup: ["dev/test/e2e/setup.ts"],
    reporters: ["default", "dev/tools/plain-reporter.ts"],
    fileParallelism: false,
    testTimeout: 15 * 60_000,
    hookTimeout: 15 * 60_000,
  },
});
