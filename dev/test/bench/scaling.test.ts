import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACCOUNTS_PER_APPLY, estimateAccounts, estimateImages } from "../../bench/scaling/estimate.js";
import { ASSUMPTIONS, LIMITS } from "../../bench/scaling/limits.js";
import { replaceNumbers, SCALING_PATH } from "../../bench/scaling/render-numbers.js";
import { ROOT } from "../../tools/find-tool.js";

describe("docs/scaling.md", () => {
  it("has the numbers as they are computed now: npm run scaling", async () => {
    const document = await readFile(join(ROOT, SCALING_PATH), "utf8");
    expect(replaceNumbers(document)).toBe(document);
  });

  it("is refused without its block", () => {
    expect(() => replaceNumbers("# Scaling")).toThrow("no block of numbers");
  });

  it("has a source for each number", () => {
    for (const { source, what } of [...Object.values(LIMITS), ...Object.values(ASSUMPTIONS)]) {
      expect(`${what}: ${source}`).toMatch(/: (?:https:\/\/|this repository|an assumption)/);
    }
    for (const { source } of Object.values(LIMITS)) expect(source).toMatch(/^https:\/\//);
  });

  it("assumes what the code does", async () => {
    const read = (path: string) => readFile(join(ROOT, path), "utf8");
    expect(await read("ci/images/publish.ts")).toContain(`PARALLEL_IMAGES = ${ASSUMPTIONS.IMAGES_AT_ONCE.value};`);
    expect(await read("ci/terraform/summary/render-summary.ts")).toContain("SUMMARY_MAX = 65_000;");
    expect(ASSUMPTIONS.SUMMARY_CHARACTERS.value).toBe(65_000);
    expect(await read("ci/aws/credentials.ts")).toContain(`${ASSUMPTIONS.SPARE_MINUTES.value} * 60`);
  });
});

describe("an estimate", () => {
  it("of images follows its limits", () => {
    expect(estimateImages(10)).toEqual({
      unchanged: 0.5,
      buildOneEngine: 600,
      buildMatrix: 60,
      jobs: 10,
      pushFloor: 6,
      pullAnonymous: 10,
      pullsPerMonth: 500,
    });
    // 256 jobs of four images each, twenty at a time.
    expect(estimateImages(1000)).toMatchObject({ jobs: 256, buildMatrix: 13 * 4 * 60, pushFloor: 600 });
  });

  it("of accounts follows its limits", () => {
    expect(ACCOUNTS_PER_APPLY).toBe(64);
    expect(estimateAccounts(100)).toEqual({
      assignments: 1000,
      create: 1200,
      assign: 3000,
      planFloor: 50,
      plans: 12,
      applies: 2,
    });
  });
});
