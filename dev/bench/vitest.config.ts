import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Benchmarks: they print Markdown tables and assert counts, never times. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["dev/bench/*.bench.ts"],
    globalSetup: ["dev/tools/setup.ts"],
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 15 * 60_000,
  },
});
