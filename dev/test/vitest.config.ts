import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Unit tests (`*.test.ts`, pure) and integration tests (`*.itg.test.ts`, real tools). */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["dev/test/**/*.test.ts"],
    exclude: ["dev/test/e2e/**"],
    globalSetup: ["dev/tools/setup.ts"],
    reporters: ["default", "dev/tools/plain-reporter.ts"],
    // Vitest on Bun does not see zod's named exports unless it loads the package itself.
    ...(process.versions.bun !== undefined && { server: { deps: { inline: [/zod/, /p-map/] } } }),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
