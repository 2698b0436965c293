import { describe, expect, it } from "vitest";
import { BOT, FORBIDDEN, type GitHubState } from "./github-state.js";
import { makeEmptyScenario, makeScenario } from "./scenario.js";
import { type Rehearsal, setUpRehearsal } from "./set-up-machine.js";

const MARKER = "<!-- genesis:drift -->";
const makeIssue = (number: number, changes: Partial<GitHubState["issues"][number]> = {}) => ({
  number,
  user: BOT,
  title: "old",
  body: `${MARKER}\nold`,
  state: "open",
  pull_request: null,
  ...changes,
});

const listWrites = (rehearsal: Rehearsal) => rehearsal.calls.filter((call) => /^(?:POST|PATCH)/.test(call));
const addIssues = (rehearsal: Rehearsal, ...issues: GitHubState["issues"]) =>
  rehearsal.github.issues.push(...structuredClone(issues));
const listStates = (rehearsal: Rehearsal) =>
  rehearsal.github.issues.map(({ number, state, state_reason = "" }) => `${number} ${state} ${state_reason}`);

describe("drift", { timeout: 120_000 }, () => {
  it("opens one issue with the summary, by the role that may only read", async () => {
    const rehearsal = await setUpRehearsal();
    const jobs = await rehearsal.run("drift");
    expect(jobs.drift?.result).toBe("success");
    expect(rehearsal.calls).toEqual([
      "take arn:aws:iam::111111111111:role/genesis-plan",
      "tf-plan --read-only --output=plan as genesis-plan",
      "GET issues?state=open&sort=created&direction=asc&per_page=100",
      "POST issues",
    ]);
    const [issue] = rehearsal.github.issues;
    expect(issue?.title).toBe("AWS is not as the Terraform code has it");
    expect(issue?.body?.startsWith(MARKER)).toBe(true);
    expect(issue?.body).toContain("It creates an account.");
  });

  it("that goes on updates that issue", async () => {
    const rehearsal = await setUpRehearsal();
    addIssues(rehearsal, makeIssue(5));
    await rehearsal.run("drift");
    expect(listWrites(rehearsal)).toEqual(["PATCH issues/5"]);
    expect(listStates(rehearsal)).toEqual(["5 open "]);
    expect(rehearsal.github.issues[0]?.body).toContain("It creates an account.");
  });

  it("with two issues keeps the oldest and closes the other", async () => {
    const rehearsal = await setUpRehearsal();
    addIssues(rehearsal, makeIssue(5), makeIssue(6));
    await rehearsal.run("drift");
    expect(listStates(rehearsal)).toEqual(["5 open ", "6 closed not_planned"]);
    expect(rehearsal.github.comments).toMatchObject([{ issue: 6, body: "#5 says the same." }]);
  });

  it("that is over closes every issue of its own", async () => {
    const rehearsal = await setUpRehearsal(makeEmptyScenario());
    addIssues(rehearsal, makeIssue(5), makeIssue(6));
    await rehearsal.run("drift");
    expect(listStates(rehearsal)).toEqual(["5 closed completed", "6 closed completed"]);
  });

  it("that was closed by a person is told by a new issue", async () => {
    const rehearsal = await setUpRehearsal();
    addIssues(rehearsal, makeIssue(5, { state: "closed" }));
    await rehearsal.run("drift");
    expect(listWrites(rehearsal)).toEqual(["POST issues"]);
  });

  it.each([makeScenario(), makeEmptyScenario()])("touches nothing of others", async (scenario) => {
    const rehearsal = await setUpRehearsal(scenario);
    const others = [
      makeIssue(1, { user: { login: "person" } }),
      makeIssue(2, { body: "about drift" }),
      makeIssue(3, { pull_request: {} }),
      makeIssue(4, { user: null, body: null }),
    ];
    addIssues(rehearsal, ...others);
    await rehearsal.run("drift");
    expect(rehearsal.github.issues.slice(0, 4)).toEqual(others);
  });

  it("is neither there nor over where the plan fails: the issue stays as it is", async () => {
    const rehearsal = await setUpRehearsal(
      makeScenario({ failures: [{ call: "tf-plan", message: "[plan-failed] x" }] }),
    );
    addIssues(rehearsal, makeIssue(5));
    const jobs = await rehearsal.run("drift");
    expect(jobs.drift?.result).toBe("failure");
    expect(rehearsal.github.issues).toEqual([makeIssue(5)]);
    expect(listWrites(rehearsal)).toEqual([]);
  });

  it("is not looked for from another branch, whose token the role would not trust", async () => {
    const rehearsal = await setUpRehearsal();
    const jobs = await rehearsal.run("drift", { ref: "refs/heads/other" });
    expect(jobs.drift?.result).toBe("skipped");
    expect(rehearsal.calls).toEqual([]);
  });

  it.each([
    ["GET", "down"],
    ["GET", FORBIDDEN],
    ["POST", FORBIDDEN],
  ])("that cannot be told fails the job: %s, %s", async (method, answer) => {
    const rehearsal = await setUpRehearsal();
    rehearsal.github.faults.push({ method, path: "issues$", answer });
    const jobs = await rehearsal.run("drift");
    expect(jobs.drift?.result).toBe("failure");
    expect(rehearsal.github.issues).toEqual([]);
  });
});

it.each([
  ["refs/heads/main", ["scan"]],
  ["refs/heads/other", []],
])("a scan on %s calls %j, with no role", async (ref, calls) => {
  const rehearsal = await setUpRehearsal();
  await rehearsal.run("scan", { ref });
  expect(rehearsal.calls).toEqual(calls);
});
