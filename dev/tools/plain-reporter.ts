import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { COUNTS_FILE, formatCounts } from "./counts.js";

/** Ends a run with the plain line, or leaves its counts to run.ts, which sums them over all runs. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      // A file that does not load, or a hook that fails, has no failed test of its own.
      if (!module.ok() && counts.failed === before) counts.failed += 1;
    }
    const total = { passed: counts.passed, failed: counts.failed + counts.pending, skipped: counts.skipped };
    const file = process.env[COUNTS_FILE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(total));
    else process.on("exit", () => console.log(formatCounts(total)));
  }
}
