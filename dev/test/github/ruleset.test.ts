import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { readWorkflow } from "./run-workflow.js";

/** GitHub Actions, as an app: a check of this name by anyone else does not count. */
const ACTIONS_APP = 15368;

const read = (path: string) => readFile(join(ROOT, ".github", path), "utf8");

it("the ruleset of main requires every job of pull-request.yml, so that an image that cannot be built blocks the merge", async () => {
  const { rules } = JSON.parse(await read("rulesets/main.json")) as { rules: { type: string; parameters?: object }[] };
  const { jobs } = await readWorkflow("pull-request");
  const checks = Object.values(jobs).map(({ name }) => ({ context: name, integration_id: ACTIONS_APP }));
  expect(rules).toContainEqual({
    type: "required_status_checks",
    parameters: expect.objectContaining({ required_status_checks: checks }),
  });
});

it("CODEOWNERS names an owner for everything, and by path for what decides who may deploy", async () => {
  const lines = (await read("CODEOWNERS")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const owned = lines.map((line) => line.split(" ")[0]);
  expect(owned).toEqual(expect.arrayContaining(["*", "/terraform/", "/.github/"]));
  for (const line of lines) expect(line).toMatch(/^\S+(?: @[A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)?)+$/);
});
