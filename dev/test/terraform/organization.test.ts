import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCatalog } from "../../../ci/images/catalog.js";
import { parsePins } from "../../../ci/images/pins.js";
import { LINT_STEPS } from "../../../ci/terraform/lint.js";
import type { ProcessRunner } from "../../native/run-step.js";
import { ROOT } from "../../tools/find-tool.js";
import { makeTerraformFolder } from "../../tools/terraform-folder.js";

const TERRAFORM = join(ROOT, "terraform");
/** Small enough to read before every approval. */
const LINES_MAX = 500;

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

  it(`has at most ${LINES_MAX} lines of code`, async () => {
    const files = (await readdir(TERRAFORM)).filter((name) => name.endsWith(".tf"));
    const texts = await Promise.all(files.map((name) => readFile(join(TERRAFORM, name), "utf8")));
    const lines = texts.reduce((total, text) => total + text.split("\n").length - 1, 0);
    expect(lines).toBeGreaterThan(100);
    expect(lines).toBeLessThanOrEqual(LINES_MAX);
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
  async function refuse(name: string, variables: string): Promise<string> {
    const mistakes = await readFile(join(work.folder, "tests", "mistakes.tftest.hcl"), "utf8");
    const mocks = mistakes.slice(0, mistakes.indexOf('run "'));
    const file = join("tests", `${name}.tftest.hcl`);
    const run = `run "refused" {\n  command = plan\n  variables {\n${variables}\n  }\n}\n`;
    await writeFile(join(work.folder, file), mocks + run);
    const argv = ["terraform", "test", "-no-color", `-filter=${file}`];
    const { exitCode, stdout, stderr } = await work.run({ argv });
    expect(exitCode).toBe(1);
    return `${stdout}${stderr}`.replaceAll(/\s+/g, " ");
  }

  it("shows the nearest OU, permission set and person, and all known ones where none is near", async () => {
    const ou = await refuse("ou", 'accounts = { public-ecr = { email = "a@example.com", ou = "infrastrcuture" } }');
    expect(ou).toContain("account public-ecr: there is no OU infrastrcuture; did you mean infrastructure?");
    const groups = await refuse(
      "groups",
      'groups = { engineers = { description = "x", members = ["josalvatore"], permission_sets = ["admin", "zzz"] } }',
    );
    expect(groups).toContain("group engineers: there is no person josalvatore; did you mean josalvatorre?");
    expect(groups).toContain("group engineers: there is no permission set admin; did you mean administrator?");
    expect(groups).toContain("there is no permission set zzz; known are administrator, read-only.");
  });
});
