import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LINT_STEPS } from "../../../ci/terraform/lint.js";
import { makeTerraformFolder, type TerraformFolder } from "../../tools/terraform-folder.js";

/** With tflint, which takes minutes to compile where its release cannot be fetched. */
describe("the lint of terraform/", () => {
  let work: TerraformFolder;
  beforeAll(async () => {
    work = await makeTerraformFolder();
  });
  afterAll(() => work?.remove());
  const quick = LINT_STEPS.filter(({ name }) => name !== "test");

  it("passes", async () => {
    for (const { name, argv } of quick) {
      const { code, output } = await work.run(argv);
      expect(`${name} ${code} ${code === 0 ? "" : output}`).toBe(`${name} 0 `);
    }
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
      await writeFile(join(work.path, file), text);
      for (const { name, argv } of quick) {
        expect(`${name} ${(await work.run(argv)).code === 0}`).toBe(`${name} ${name !== wrong}`);
      }
      await rm(join(work.path, file));
    }
  });
});
