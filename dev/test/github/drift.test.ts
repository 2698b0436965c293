import { describe, expect, it } from "vitest";
import { type Rehearsal, setUpRehearsal } from "./set-up-machine.js";
import { makeEmptyScenario, makeScenario, type Scenario } from "./stubs/daggerw.js";
import { BOT, FORBIDDEN, type GitHubState } from "./stubs/gh.js";

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

const addIssues = (rehearsal: Rehearsal, ...issues: GitHubState["issues"]) =>
  rehearsal.github.issues.push(...structuredClone(issues));
/** Each issue with its state, and whether it has the summary of the run. */
const listIssues = (rehearsal: Rehearsal) =>
  rehearsal.github.issues.map(({ number, state, state_reason, body }) =>
    [number, state, state_reason, body?.includes("It creates an account.") ? "new" : "old"].filter(Boolean).join(" "),
  );
const makeFailure = () => makeScenario({ failures: [{ call: "tf-plan", message: "[plan-failed] x" }] });

describe("drift", () => {
  it("opens one issue with the summary, by the role that may only read", async () => {
    const rehearsal = await setUpRehearsal();
    const jobs = await rehearsal.run("drift");
    expect(jobs.drift?.result).toBe("success");
    expect(rehearsal.calls).toEqual([
      "take arn:aws:iam::111111111111:role/genesis-plan",
      "tf-plan --read-only --inventory --output=plan as genesis-plan",
      "GET issues?state=open&sort=created&direction=asc&per_page=100",
      "POST issues",
    ]);
    const [issue] = rehearsal.github.issues;
    expect(issue?.title).toBe("AWS is not as the Terraform code has it");
    expect(issue?.body?.startsWith(MARKER)).toBe(true);
    expect(listIssues(rehearsal)).toEqual(["1000 open new"]);
  });

  it.each<[what: string, scenario: Scenario, issue: GitHubState["issues"][number], after: string[], writes: string[]]>([
    ["that goes on updates its issue", makeScenario(), makeIssue(5), ["5 open new"], ["PATCH issues/5"]],
    [
      "that a person closed is told by a new issue",
      makeScenario(),
      makeIssue(5, { state: "closed" }),
      ["5 closed old", "1000 open new"],
      ["POST issues"],
    ],
    [
      "that is over closes its issue",
      makeEmptyScenario(),
      makeIssue(5),
      ["5 closed completed old"],
      ["POST issues/5/comments", "PATCH issues/5"],
    ],
    [
      "that nobody could look for is told in the same issue",
      makeFailure(),
      makeIssue(5),
      ["5 open old"],
      ["PATCH issues/5"],
    ],
  ])("%s", async (_, scenario, issue, after, writes) => {
    const rehearsal = await setUpRehearsal(scenario);
    addIssues(rehearsal, issue);
    const jobs = await rehearsal.run("drift");
    expect(jobs.drift?.result).toBe(scenario.failures.length === 0 ? "success" : "failure");
    expect(listIssues(rehearsal)).toEqual(after);
    expect(rehearsal.listWrites()).toEqual(writes);
  });

  it("with two issues keeps the oldest and closes the other; when it is over, all that are left", async () => {
    const rehearsal = await setUpRehearsal();
    addIssues(rehearsal, makeIssue(5), makeIssue(6));
    await rehearsal.run("drift");
    expect(listIssues(rehearsal)).toEqual(["5 open new", "6 closed not_planned old"]);
    expect(rehearsal.github.comments).toMatchObject([{ issue: 6, body: "#5 says the same." }]);
    addIssues(rehearsal, makeIssue(7));
    Object.assign(rehearsal.scenario, makeEmptyScenario());
    await rehearsal.run("drift");
    expect(listIssues(rehearsal)).toEqual([
      "5 closed completed new",
      "6 closed not_planned old",
      "7 closed completed old",
    ]);
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

describe("a scan", () => {
  const FOUND = "[vulnerability-found] base: CVE-2026-1 is critical\n```\n@team";
  it.each([
    ["finds nothing", undefined, "success", undefined],
    ["finds something", FOUND, "failure", "The locked images have vulnerabilities that genesis.json does not allow"],
    ["fails", "[scan-failed] x", "failure", "The weekly run for scan failed"],
  ])("that %s keeps one issue, and takes no role", async (_, message, result, title) => {
    const rehearsal = await setUpRehearsal(
      makeScenario({ failures: message === undefined ? [] : [{ call: "scan", message }] }),
    );
    for (const _ of [1, 2]) expect((await rehearsal.run("scan")).scan?.result).toBe(result);
    const { issues } = rehearsal.github;
    expect(issues.map((issue) => issue.title)).toEqual(title === undefined ? [] : [title]);
    if (message === FOUND) expect(issues[0]?.body).toContain("CVE-2026-1 is critical\n'''\n@team\n```\n");
    expect(rehearsal.calls.filter((call) => call.startsWith("take"))).toEqual([]);
    rehearsal.scenario.failures = [];
    await rehearsal.run("scan");
    expect(issues.filter(({ state }) => state === "open")).toEqual([]);
  });

  it("is not made on another branch", async () => {
    const rehearsal = await setUpRehearsal();
    await rehearsal.run("scan", { ref: "refs/heads/other" });
    expect(rehearsal.calls).toEqual([]);
  });
});
