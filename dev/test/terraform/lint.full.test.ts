import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concludeLint, LINT_STEPS, lintCode } from "../../../ci/terraform/lint.js";
import type { ProcessRunner } from "../../native/run-step.js";
import { makeTerraformFolder } from "../../tools/terraform-folder.js";

/** With tflint, which takes minutes to compile where its release cannot be fetched. */
describe("the lint of terraform/", () => {
  let work: ProcessRunner;
  beforeAll(async () => {
    work = await makeTerraformFolder(["tflint"]);
  });
  afterAll(() => work?.remove());

  it("passes every step", async () => {
    const lines = ["format", "validate", "tflint", "test"].map((name) => `${name}: passed\n`);
    expect(concludeLint(await lintCode(work.run))).toBe(lines.join(""));
  });

  it("fails the step of each kind of mistake, and only that", async () => {
    const mistakes = {
      format: ["format.tf", "locals   {}\n"],
      tflint: [
        "tflint.tf",
        'variable "unused" {\n  description = "x"\n  type        = string\n  default     = ""\n}\n',
      ],
    };
    for (const [wrong, [file = "", text = ""]] of Object.entries(mistakes)) {
      await writeFile(join(work.folder, file), text);
      for (const { name, ...step } of LINT_STEPS.filter(({ name }) => name !== "test")) {
        expect(`${name} ${(await work.run(step)).exitCode === 0}`).toBe(`${name} ${name !== wrong}`);
      }
      await rm(join(work.folder, file));
    }
  });
});
