import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../../tools/find-tool.js";
import { readWorkflows } from "./workflows.js";

/** GitHub Actions, as an app: a check of this name by anyone else does not count. */
const ACTIONS_APP = 15368;

/**
 * What GitHub's API takes for the rules that are used here, as strict as this repository wants them:
 * https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
 */
const bare = (type: string) => z.strictObject({ type: z.literal(type) });
const pullRequestSchema = z.strictObject({
  type: z.literal("pull_request"),
  parameters: z.strictObject({
    required_approving_review_count: z.int().min(1).max(10),
    dismiss_stale_reviews_on_push: z.literal(true),
    require_code_owner_review: z.literal(true),
    require_last_push_approval: z.literal(true),
    required_review_thread_resolution: z.literal(true),
    allowed_merge_methods: z.array(z.enum(["squash", "rebase"])).min(1),
  }),
});
const checksSchema = z.strictObject({
  type: z.literal("required_status_checks"),
  parameters: z.strictObject({
    // What was checked is what main will be after the merge.
    strict_required_status_checks_policy: z.literal(true),
    do_not_enforce_on_create: z.literal(false),
    required_status_checks: z
      .array(z.strictObject({ context: z.string(), integration_id: z.literal(ACTIONS_APP) }))
      .min(1),
  }),
});
const rulesetSchema = z.strictObject({
  name: z.literal("main"),
  target: z.literal("branch"),
  enforcement: z.literal("active"),
  conditions: z.strictObject({
    ref_name: z.strictObject({ include: z.tuple([z.literal("~DEFAULT_BRANCH")]), exclude: z.tuple([]) }),
  }),
  rules: z.tuple([
    bare("deletion"),
    bare("non_fast_forward"),
    bare("required_linear_history"),
    pullRequestSchema,
    checksSchema,
  ]),
  // Nobody merges past the rules, an administrator neither.
  bypass_actors: z.tuple([]),
});

const read = (path: string) => readFile(join(ROOT, ".github", path), "utf8");
const readRuleset = async () => JSON.parse(await read("rulesets/main.json"));

describe("the ruleset of main", () => {
  it("is one that GitHub imports, with nothing left out", async () => {
    rulesetSchema.parse(await readRuleset());
  });

  it("requires every job of pull-request.yml, so that an image that cannot be built blocks the merge", async () => {
    const { rules } = rulesetSchema.parse(await readRuleset());
    const contexts = rules[4].parameters.required_status_checks.map(({ context }) => context);
    const { jobs } = (await readWorkflows())["pull-request"];
    expect(contexts).toEqual(Object.values(jobs).map(({ name }) => name));
  });

  it.each([
    ["a bypass", { bypass_actors: [{ actor_type: "RepositoryRole", actor_id: 5, bypass_mode: "always" }] }],
    ["no enforcement", { enforcement: "disabled" }],
    ["another branch", { conditions: { ref_name: { include: ["refs/heads/x"], exclude: [] } } }],
    ["no rules", { rules: [] }],
  ])("does not allow %s", async (_, change) => {
    expect(rulesetSchema.safeParse({ ...(await readRuleset()), ...change }).success).toBe(false);
  });
});

it("CODEOWNERS names an owner for everything, and by path for what decides who may deploy", async () => {
  const lines = (await read("CODEOWNERS")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const owned = lines.map((line) => line.split(" ")[0]);
  expect(owned).toEqual(expect.arrayContaining(["*", "/terraform/", "/.github/"]));
  for (const line of lines) expect(line).toMatch(/^\S+(?: @[A-Za-z0-9-]+(?:\/[A-Za-z0-9-]+)?)+$/);
});
