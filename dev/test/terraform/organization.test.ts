import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalog } from "../../../ci/images/catalog.js";
import { parsePins } from "../../../ci/images/pins.js";
import { IMPORTS_FILE, UNTESTED_FILES } from "../../../ci/terraform/code.js";
import { LINT_STEPS } from "../../../ci/terraform/lint.js";
import type { ProcessRunner } from "../../native/run-step.js";
import { ROOT } from "../../tools/find-tool.js";
import { makeTerraformFolder } from "../../tools/terraform-folder.js";

const TERRAFORM = join(ROOT, "terraform");
/** Small enough to read before every approval. */
const LINES_MAX = 500;
const WIDTH_MAX = 120;
/** Each is read when it is switched on. */
const GUARD_RAILS = [
  "access_analyzer.tf",
  "alarm.tf",
  "alarm_home_region.tf",
  "budget.tf",
  "cost_anomaly.tf",
  "trail.tf",
];
const UNCOUNTED = ["variables.tf", ...GUARD_RAILS, ...UNTESTED_FILES];

let work: ProcessRunner;
beforeAll(async () => {
  work = await makeTerraformFolder();
});
afterAll(() => work.remove());

describe("terraform/", () => {
  it("passes every step of the lint that Terraform runs itself", async () => {
    for (const { name, ...step } of LINT_STEPS.filter(({ name }) => name !== "tflint")) {
      const { exitCode, stdout, stderr } = await work.run(step);
      expect(`${name} ${exitCode} ${exitCode === 0 ? "" : stdout + stderr}`).toBe(`${name} 0 `);
    }
  });

  it(`has at most ${LINES_MAX} lines beside the data's types, guard rails and what is imported, none over ${WIDTH_MAX} characters`, async () => {
    const files = (await readdir(TERRAFORM)).filter((name) => name.endsWith(".tf"));
    const read = async (names: string[]) =>
      Promise.all(names.map(async (name) => (await readFile(join(TERRAFORM, name), "utf8")).split("\n").slice(0, -1)));
    const code = (await read(files.filter((name) => !UNCOUNTED.includes(name)))).flat();
    expect(code.length).toBeGreaterThan(100);
    expect(code.length).toBeLessThanOrEqual(LINES_MAX);
    expect((await read(files)).flat().filter((line) => line.length > WIDTH_MAX)).toEqual([]);
  });

  it("imports nothing: what is there, adopt writes", async () => {
    expect((await readFile(join(TERRAFORM, IMPORTS_FILE), "utf8")).replaceAll(/^#.*\n/gm, "")).toBe("");
  });

  it("locks each provider for every platform: an image for any of them installs it without a network", async () => {
    const lock = await readFile(join(TERRAFORM, ".terraform.lock.hcl"), "utf8");
    for (const provider of lock.split(/^provider /m).slice(1)) {
      // One zh: for each platform's archive and one for the manifest; what is unpacked can be checked by its h1: alone.
      const archives = provider.match(/"zh:/g)?.length ?? 0;
      expect(archives).toBeGreaterThan(1);
      expect(provider.match(/"h1:/g)).toHaveLength(archives - 1);
    }
  });

  it("defines one public repository for each image of the catalogue", async () => {
    const images = await readCatalog(ROOT, parsePins(await readFile(join(ROOT, "images", "pins.json"), "utf8")));
    const data = await readFile(join(TERRAFORM, "organization.auto.tfvars"), "utf8");
    const listed = JSON.parse(/repositories = (\[[^\]]*\])/.exec(data)?.[1] ?? "[]");
    expect(listed).toEqual(images.map((image) => image.repository).sort());
  });
});

describe("a refusal", () => {
  it("says what terraform/tests/mistakes.tftest.hcl has above it", async () => {
    const text = await readFile(join(work.folder, "tests", "mistakes.tftest.hcl"), "utf8");
    const [before = "", ...runs] = text.split(/^(?=# says: .*\n(?:# says: .*\n)*run ")/m);
    expect(runs.length).toBeGreaterThan(10);
    const files = await Promise.all(
      runs.map(async (run, index) => {
        const path = join("tests", `refusal-${index}.tftest.hcl`);
        const refused = run
          .replace(/^ *expect_failures.*\n/m, "")
          .replace(/\n# What is just small enough[\s\S]*/, "\n");
        await writeFile(join(work.folder, path), before + refused);
        return path;
      }),
    );
    const argv = ["terraform", "test", "-no-color", ...files.map((path) => `-filter=${path}`)];
    const { exitCode, stdout, stderr } = await work.run({ argv });
    expect(exitCode).toBe(1);
    const output = `${stdout}${stderr}`.replaceAll(/\s+/g, " ");
    const said = [...text.matchAll(/^# says: (.*)$/gm)].map(([, sentence = ""]) => sentence);
    expect(said.filter((sentence) => !output.includes(sentence))).toEqual([]);
    expect(said.length).toBeGreaterThan(50);
  });
});
