import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { SUMMARY_MAX } from "../../../ci/terraform/summary/render-summary.js";
import { type Rehearsal, setUpRehearsal } from "./set-up-machine.js";
import { makeScenario } from "./stubs/daggerw.js";
import { BOT, FORBIDDEN } from "./stubs/gh.js";

const MARKER = "<!-- genesis:plan -->";
const NUMBER = 7;
const COMMIT = "c".repeat(40);

/** Runs pull-request.yml for a pull request of the repository itself, or of a fork. */
const runPullRequest = async (
  rehearsal: Rehearsal,
  { from = "owner/name", by = "User", changes = { "ci/x.ts": "1" } }: Partial<PullRequest> = {},
) =>
  rehearsal.run("pull-request", {
    sha: await mergeChange(rehearsal, changes),
    ref: `refs/pull/${NUMBER}/merge`,
    event: { pull_request: { number: NUMBER, user: { type: by }, head: { sha: COMMIT, repo: { full_name: from } } } },
  });
interface PullRequest {
  from: string;
  by: "User" | "Bot";
  /** Path → text. */
  changes: Readonly<Record<string, string>>;
}

/** The commit that GitHub merges a pull request to for its checks. */
async function mergeChange({ git, origin }: Rehearsal, changes: Readonly<Record<string, string>>): Promise<string> {
  await git("checkout", "--quiet", "-B", "change", "main");
  for (const [path, text] of Object.entries(changes)) {
    await mkdir(dirname(join(origin, path)), { recursive: true });
    await writeFile(join(origin, path), text);
  }
  await git("add", "--all");
  await git("commit", "--quiet", "--message=change");
  await git("checkout", "--quiet", "--detach", "main");
  await git("merge", "--quiet", "--no-ff", "--message=merge", "change");
  const sha = await git("rev-parse", "HEAD");
  await git("checkout", "--quiet", "main");
  return sha;
}
const FAILED_PLAN = [{ call: "tf-plan", message: "[plan-failed] x" }];

describe("a pull request", () => {
  it("is checked and tested, and planned with the role that may only read; the plan is a comment and a summary", async () => {
    const rehearsal = await setUpRehearsal();
    const jobs = await runPullRequest(rehearsal);
    expect(Object.values(jobs).map(({ result }) => result)).toEqual(Array(4).fill("success"));
    expect(rehearsal.calls).toEqual([
      "check --no-generate",
      ".ci/run",
      "take arn:aws:iam::111111111111:role/genesis-plan",
      "tf-plan --read-only --output=plan as genesis-plan",
      `GET issues/${NUMBER}/comments?per_page=100`,
      `POST issues/${NUMBER}/comments`,
    ]);
    const { comments } = rehearsal.github;
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body?.startsWith(`${MARKER}\nWhat merging \`${COMMIT}\` would change`)).toBe(true);
    expect(comments[0]?.body).toContain("It creates an account.");
    expect(jobs.plan?.summary).toContain("It creates an account.");
    // Nothing of it can be taken for an approval.
    expect(jobs.plan?.outputs).toEqual({});
  });

  it.each([
    ["of a fork", { from: "someone/name" }],
    ["of a bot", { by: "Bot" as const }],
  ])("%s is checked and tested: no role, no plan, no call of GitHub", async (_, options) => {
    const rehearsal = await setUpRehearsal();
    const jobs = await runPullRequest(rehearsal, options);
    expect(jobs.plan?.result).toBe("skipped");
    expect(rehearsal.calls).toEqual(["check --no-generate", ".ci/run"]);
  });

  it.each([
    [{ "terraform/organization.auto.tfvars": "x", "images/lock.json": "second\n" }, false],
    [{ "terraform/policies/adopted/pay.json": "{}", "terraform/imports.tf": "" }, false],
    [{ "terraform/policies/deny-all.json": "{}" }, true],
    [{ "terraform/organization.auto.tfvars": "x", "terraform/accounts.tf": "" }, true],
    [{ "terraform/nested/x.auto.tfvars": "x" }, true],
    [{ "README.md": "x" }, true],
  ])("that changes %j is tested: %j; a plan does not wait for it", async (changes, tested) => {
    const rehearsal = await setUpRehearsal();
    const jobs = await runPullRequest(rehearsal, { changes });
    expect(jobs.test?.result).toBe(tested ? "success" : "skipped");
    expect(rehearsal.calls.includes(".ci/run")).toBe(tested);
    expect(jobs.plan?.result).toBe("success");
  });

  it("in a merge queue is checked and tested, and has no plan", async () => {
    const rehearsal = await setUpRehearsal();
    const sha = await mergeChange(rehearsal, { "ci/x.ts": "1" });
    await rehearsal.run("pull-request", { sha, ref: "refs/heads/gh-readonly-queue/main/pr-7", event: {} });
    expect(rehearsal.calls).toEqual(["check --no-generate", ".ci/run"]);
  });
});

describe("the comment", () => {
  it("is updated in place, however many others there are, and made again where somebody deleted it", async () => {
    const rehearsal = await setUpRehearsal();
    const { comments } = rehearsal.github;
    for (let id = 1; id <= 120; id++) comments.push({ id, issue: NUMBER, user: { login: "x" }, body: "hello" });
    comments.push({ id: 500, issue: NUMBER, user: BOT, body: `${MARKER}\nold` });
    await runPullRequest(rehearsal);
    expect(rehearsal.listWrites()).toEqual(["PATCH issues/comments/500"]);
    comments.pop();
    await runPullRequest(rehearsal);
    expect(rehearsal.listWrites().slice(1)).toEqual([`POST issues/${NUMBER}/comments`]);
  });

  it("is never another's: not a person's with the marker, not another workflow's, not one that quotes it, not of nobody", async () => {
    const rehearsal = await setUpRehearsal();
    const others = [
      { id: 1, issue: NUMBER, user: { login: "person" }, body: `${MARKER}\nmine` },
      { id: 2, issue: NUMBER, user: BOT, body: "coverage: 90 %" },
      { id: 3, issue: NUMBER, user: BOT, body: `> ${MARKER}` },
      { id: 4, issue: NUMBER, user: null, body: null },
      { id: 5, issue: 8, user: BOT, body: `${MARKER}\nof another pull request` },
    ];
    rehearsal.github.comments.push(...structuredClone(others));
    await runPullRequest(rehearsal);
    const { comments } = rehearsal.github;
    expect(comments.slice(0, 5)).toEqual(others);
    expect(comments).toHaveLength(6);
  });

  it("of an older commit does not stay where the plan of a newer one fails", async () => {
    const rehearsal = await setUpRehearsal();
    await runPullRequest(rehearsal);
    rehearsal.scenario.failures = FAILED_PLAN;
    const jobs = await runPullRequest(rehearsal);
    expect(jobs.plan?.result).toBe("failure");
    const { comments } = rehearsal.github;
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain(`**There is no plan of this commit:**`);
    expect(comments[0]?.body).not.toContain("It creates an account.");
  });

  it("holds the longest summary there is, byte for byte, whatever stands in it", async () => {
    const hostile = "`` ``` @team ::set-output name=x::y ${{ secrets.X }} $(id) `id` \\ 'quote' \"double\" %0A é 🚀\n";
    const scenario = makeScenario();
    const start = `## Terraform plan: 1 to create\n\n${hostile}`;
    scenario.plan["summary.md"] = `${start}${"é".repeat(SUMMARY_MAX - start.length - 1)}\n`;
    const rehearsal = await setUpRehearsal(scenario);
    const jobs = await runPullRequest(rehearsal);
    expect(jobs.plan?.result).toBe("success");
    const body = rehearsal.github.comments[0]?.body ?? "";
    expect(body.endsWith(scenario.plan["summary.md"])).toBe(true);
    expect(jobs.plan?.summary).toBe(scenario.plan["summary.md"]);
    // Nor do the scripts print it, where a runner would read commands.
    expect(jobs.plan?.log).not.toContain("::set-output");
  });

  it.each([
    ["GET", "down"],
    ["POST", "down"],
    ["POST", FORBIDDEN],
  ])("that cannot be written fails the job: %s, %s", async (method, answer) => {
    const rehearsal = await setUpRehearsal();
    rehearsal.github.faults.push({ method, path: "comments", answer });
    const jobs = await runPullRequest(rehearsal);
    expect(jobs.plan?.result).toBe("failure");
    expect(rehearsal.github.comments).toEqual([]);
    if (method === "GET") expect(rehearsal.listWrites()).toEqual([]);
  });
});
