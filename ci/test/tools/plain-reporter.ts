import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with the line `N passed, N failed, N skipped`, for people and machines that know no runner. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      // A file that does not load, or a hook that fails, has no failed test of its own.
      if (!module.ok() && counts.failed === before) counts.failed += 1;
    }
    const { passed, failed, skipped, pending } = counts;
    process.on("exit", () => console.log(`${passed} passed, ${failed + pending} failed, ${skipped} skipped`));
  }
}
