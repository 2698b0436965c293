import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renderResults } from "../../bench/render-results.js";
import { parseResults } from "../../bench/results.js";
import { ROOT } from "../../tools/find-tool.js";

const saved = await readFile(join(ROOT, "docs", "measurements.json"), "utf8").catch(() => undefined);
if (saved === undefined)
  console.log("docs/measurements.md was not compared: no run was written yet by npm run bench -- --write.");

it.runIf(saved !== undefined)(
  "docs/measurements.md is what the saved run prints, and that was a whole one",
  async () => {
    const results = parseResults(saved ?? "", "docs/measurements.json");
    expect(results.quick).toBe(false);
    expect(await readFile(join(ROOT, "docs", "measurements.md"), "utf8")).toBe(renderResults(results));
  },
);
