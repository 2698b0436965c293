import { describe, expect, it } from "vitest";
import { runProgram } from "../fixtures/run-program.js";
import type { JobResult } from "./run-workflow.js";
import { setUpRehearsal } from "./set-up-machine.js";
import { FINGERPRINT, makeEmptyScenario, makeScenario } from "./stubs/daggerw.js";
import { FORBIDDEN } from "./stubs/gh.js";

const listResults = (jobs: Record<string, JobResult>) =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));
const PUBLISH = "take arn:aws:iam::222222222222:role/genesis-publish";
const PLAN = "take arn:aws:iam::111111111111:role/genesis-plan";
const IDENTITY = "--identity-url=https://issuer.example/token --identity-token=env://ACTIONS_ID_TOKEN_REQUEST_TOKEN";
const KEY = "--signing-key=env://COSIGN_PRIVATE_KEY --signing-password=env://COSIGN_PASSWORD";
const TO_SUMMARY = `--format=markdown --output=summary ${IDENTITY} ${KEY}`;
const published = (sha: string) => [
  PUBLISH,
  `publish --await-repositories --revision=${sha} ${TO_SUMMARY} as genesis-publish`,
];
const planned = (sha: string) => [
  "tf-lint",
  PLAN,
  `tf-plan --read-only --revision=${sha} --output=plan as genesis-plan`,
];

describe("main", () => {
  it("publishes and locks, and shows the plan with the command that approves it; nobody is waited for", async () => {
    const rehearsal = await setUpRehearsal(makeScenario({ locked: "second\n" }));
    const jobs = await rehearsal.run("main");
    const { sha } = rehearsal;
    expect(listResults(jobs)).toEqual({ publish: "success", lock: "success", plan: "success" });
    expect(rehearsal.calls).toEqual([
      ...published(sha),
      "lock --auto-apply",
      "gh auth setup-git",
      "GET pulls?state=open&base=main&head=owner:genesis/lock",
      "POST pulls",
      ...planned(sha),
    ]);
    expect(jobs.plan?.summary).toContain("It creates an account.");
    expect(jobs.plan?.summary.trimEnd().split("\n").slice(-3)).toEqual([
      "```sh",
      `gh workflow run apply.yml --repo owner/name --ref main -f fingerprint=${FINGERPRINT}`,
      "```",
    ]);
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

  it("offers no approval where there is nothing to apply, and says where losses have to be named", async () => {
    const empty = await (await setUpRehearsal(makeEmptyScenario())).run("main");
    expect(empty.plan?.summary).toBe("## Terraform plan: no changes\n");
    const scenario = makeScenario();
    scenario.plan.losses = 'aws_s3_bucket.state\n"aws_organizations_account.this[""shop""]"\n';
    const jobs = await (await setUpRehearsal(scenario)).run("main");
    const [, word = ""] = /^-f allow_loss=(.*)$/m.exec(jobs.plan?.summary ?? "") ?? [];
    const { stdout } = await runProgram("bash", ["-c", `printf %s ${word}`]);
    expect(stdout).toBe('aws_s3_bucket.state,"aws_organizations_account.this[""shop""]"');
  });

  it.each([
    ["publish", { publish: "failure", lock: "success", plan: "success" }],
    ["lock", { publish: "success", lock: "failure", plan: "success" }],
    ["tf-lint", { publish: "success", lock: "success", plan: "failure" }],
    ["tf-plan", { publish: "success", lock: "success", plan: "failure" }],
  ])("goes on beside a %s that fails", async (call, results) => {
    const rehearsal = await setUpRehearsal(makeScenario({ failures: [{ call, message: "[x] y" }] }));
    const jobs = await rehearsal.run("main");
    expect(listResults(jobs)).toEqual(results);
    expect(jobs.plan?.summary).not.toContain(results.plan === "failure" ? "apply.yml" : "no such text");
  });

  it("takes no role on another branch", async () => {
    const rehearsal = await setUpRehearsal();
    await rehearsal.run("main", { ref: "refs/heads/other" });
    expect(rehearsal.calls).toEqual([]);
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
  ])("shows no way to approve a plan whose %s is %j", async (name, text) => {
    const scenario = makeScenario();
    scenario.plan[name] = text;
    const jobs = await (await setUpRehearsal(scenario)).run("main");
    expect(jobs.plan).toMatchObject({ result: "failure", summary: "" });
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
