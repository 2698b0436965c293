import { describe, expect, it } from "vitest";
import type { JobResult } from "./run-workflow.js";
import { setUpRehearsal } from "./set-up-machine.js";
import { FINGERPRINT, makeEmptyScenario, makeScenario } from "./stubs/daggerw.js";
import { FORBIDDEN, type GitHubState } from "./stubs/gh.js";

const listResults = (jobs: Record<string, JobResult>) =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));
const PUBLISH = "take arn:aws:iam::222222222222:role/genesis-publish";
const PLAN = "take arn:aws:iam::111111111111:role/genesis-plan";
const APPLY = "take arn:aws:iam::111111111111:role/genesis-apply";
const IDENTITY = "--identity-url=https://issuer.example/token --identity-token=env://ACTIONS_ID_TOKEN_REQUEST_TOKEN";
const TO_SUMMARY = `--format=markdown --output=summary ${IDENTITY}`;
const REVIEWERS = "GET environments/production";
const HEAD = "GET git/ref/heads/main";
const untilPlan = (sha: string) => [
  "check --no-generate",
  PUBLISH,
  `publish --await-repositories --revision=${sha} ${TO_SUMMARY} as genesis-publish`,
  PLAN,
  `tf-plan --read-only --revision=${sha} --output=plan as genesis-plan`,
];
const applied = (sha: string) =>
  `tf-apply --expect=${FINGERPRINT} --approved=plan/plan.json --revision=${sha} as genesis-apply`;

describe("a push to main", () => {
  it("publishes, plans, asks, applies what was approved, publishes what awaited, and proposes the lock", async () => {
    const rehearsal = await setUpRehearsal(makeScenario({ locked: "second\n" }));
    const jobs = await rehearsal.run("main");
    const { sha } = rehearsal;
    expect(listResults(jobs)).toEqual({
      check: "success",
      publish: "success",
      plan: "success",
      apply: "success",
      "publish-awaited": "success",
      lock: "success",
    });
    expect(rehearsal.calls).toEqual([
      ...untilPlan(sha),
      "ask for production",
      REVIEWERS,
      HEAD,
      APPLY,
      applied(sha),
      PUBLISH,
      `publish --revision=${sha} ${TO_SUMMARY} as genesis-publish`,
      "lock --auto-apply",
      "gh auth setup-git",
      "GET pulls?state=open&base=main&head=owner:genesis/lock",
      "POST pulls",
    ]);
    expect(jobs.plan?.summary).toContain("It creates an account.");
    expect(rehearsal.github.pulls).toMatchObject([{ head: "genesis/lock", base: "main" }]);
    const { git } = rehearsal;
    expect((await git("diff", "--name-only", "main", "genesis/lock")).split("\n")).toEqual([
      "MODULE.bazel",
      "images/lock.json",
    ]);
    expect(await git("log", "-1", "--format=%P %an", "genesis/lock")).toBe(`${sha} github-actions[bot]`);

    // The next push, before that is merged: the same pull request, with newer digests.
    rehearsal.scenario.locked = "third\n";
    await rehearsal.run("main");
    expect(rehearsal.github.pulls).toHaveLength(1);
    expect(await git("show", "genesis/lock:images/lock.json")).toBe("third");
  });

  it("asks nobody where there is nothing to apply, and proposes nothing where the lock is as it was", async () => {
    const rehearsal = await setUpRehearsal(makeEmptyScenario());
    const jobs = await rehearsal.run("main");
    expect(listResults(jobs)).toMatchObject({ apply: "skipped", "publish-awaited": "success", lock: "success" });
    const { sha } = rehearsal;
    const after = [PUBLISH, `publish --revision=${sha} ${TO_SUMMARY} as genesis-publish`, "lock --auto-apply"];
    expect(rehearsal.calls).toEqual([...untilPlan(sha), ...after]);
  });

  it("applies nothing where a person says no", async () => {
    const rehearsal = await setUpRehearsal();
    const jobs = await rehearsal.run("main", { approve: async () => false });
    expect(listResults(jobs)).toMatchObject({ apply: "failure", "publish-awaited": "skipped", lock: "skipped" });
    expect(rehearsal.calls).toEqual([...untilPlan(rehearsal.sha), "ask for production"]);
  });

  it.each([
    ["check", "check", 1],
    ["publish --await-repositories", "publish", 3],
    ["tf-plan", "plan", 5],
  ])("goes no further than a %s that fails", async (call, job, count) => {
    const rehearsal = await setUpRehearsal(makeScenario({ failures: [{ call, message: "[x] y" }] }));
    const results = listResults(await rehearsal.run("main"));
    expect(results).toMatchObject({
      [job]: "failure",
      apply: "skipped",
      "publish-awaited": "skipped",
      lock: "skipped",
    });
    expect(rehearsal.calls).toEqual(untilPlan(rehearsal.sha).slice(0, count));
  });

  it("is red where what awaited its repository cannot be published; what was applied stays", async () => {
    const failures = [{ call: "publish --revision", message: "[repository-missing] base" }];
    const rehearsal = await setUpRehearsal(makeScenario({ failures }));
    const results = listResults(await rehearsal.run("main"));
    expect(results).toMatchObject({ apply: "success", "publish-awaited": "failure", lock: "skipped" });
  });

  const fail = (path: string, answer: string) => (github: GitHubState) =>
    void github.faults.push({ method: "GET", path, answer });
  const HEAD_UNKNOWN = "GitHub does not say what the head of main is. Nothing was applied.";
  it.each<[where: string, change: (github: GitHubState) => void, message: string, calls: string[]]>([
    ["nobody must approve", ({ reviewers }) => void reviewers.splice(0), "has no required reviewers", [REVIEWERS]],
    ["GitHub does not tell who", fail("environments", "down"), "does not say who must approve", [REVIEWERS]],
    ["GitHub does not tell the head of main", fail("git/ref", "down"), HEAD_UNKNOWN, [REVIEWERS, HEAD]],
    ["GitHub refuses to tell it", fail("git/ref", FORBIDDEN), HEAD_UNKNOWN, [REVIEWERS, HEAD]],
    [
      "main has a newer commit",
      (github) => Object.assign(github, { head: "f".repeat(40) }),
      `main is at ${"f".repeat(40)}`,
      [REVIEWERS, HEAD],
    ],
  ])("applies nothing where %s, whoever approved: no role is taken", async (_, change, message, calls) => {
    const rehearsal = await setUpRehearsal();
    const approve = async () => {
      change(rehearsal.github);
      return true;
    };
    const jobs = await rehearsal.run("main", { approve });
    expect(listResults(jobs)).toMatchObject({ apply: "failure", "publish-awaited": "skipped" });
    expect(jobs.apply?.log).toContain(message);
    expect(rehearsal.calls).toEqual([...untilPlan(rehearsal.sha), "ask for production", ...calls]);
  });

  it("saves the state with fresh credentials after an apply that failed, and stays red", async () => {
    const failures = [{ call: "tf-apply", message: "[state-unsaved] the state" }];
    const rehearsal = await setUpRehearsal(makeScenario({ failures }));
    const results = listResults(await rehearsal.run("main"));
    expect(results).toMatchObject({ apply: "failure", "publish-awaited": "skipped", lock: "skipped" });
    expect(rehearsal.calls.slice(-4)).toEqual([APPLY, applied(rehearsal.sha), APPLY, "tf-recover as genesis-apply"]);
  });

  it("takes the approved value from the plan job alone: another plan at the apply is refused there", async () => {
    const rehearsal = await setUpRehearsal();
    const changePlan = async () => {
      rehearsal.scenario.plan.fingerprint = FINGERPRINT.replaceAll("4", "5");
      return true;
    };
    const jobs = await rehearsal.run("main", { approve: changePlan });
    expect(jobs.apply?.log).toContain("[plan-stale]");
    expect(rehearsal.calls).toContain(applied(rehearsal.sha));
  });

  it.each([
    ["fingerprint", `${FINGERPRINT}\nchanges=false`],
    ["fingerprint", ""],
    ["fingerprint", "plan1.x"],
    ["fingerprint", "$(id)"],
    ["changes", ""],
    ["changes", "false\nfingerprint=x"],
    ["changes", "no"],
    ["summary.md", ""],
  ])("approves nothing by a plan whose %s is %j", async (name, text) => {
    const scenario = makeScenario();
    scenario.plan[name] = text;
    const rehearsal = await setUpRehearsal(scenario);
    const jobs = await rehearsal.run("main");
    expect(listResults(jobs)).toMatchObject({ plan: "failure", apply: "skipped", "publish-awaited": "skipped" });
    expect(jobs.plan?.outputs).toEqual({ fingerprint: "", changes: "" });
    expect(jobs.plan?.log).toContain(`read-plan: plan/${name} `);
  });

  it("is red where the token may not open a pull request", async () => {
    const rehearsal = await setUpRehearsal(makeScenario({ locked: "second\n" }));
    rehearsal.github.faults.push({ method: "POST", path: "pulls$", answer: FORBIDDEN });
    const jobs = await rehearsal.run("main");
    expect(jobs.lock?.result).toBe("failure");
    expect(jobs.lock?.log).toContain("HTTP 403");
  });
});
