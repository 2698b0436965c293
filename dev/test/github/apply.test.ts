import { describe, expect, it } from "vitest";
import type { Trigger } from "./run-workflow.js";
import { type Rehearsal, setUpRehearsal } from "./set-up-machine.js";
import { FINGERPRINT, makeScenario } from "./stubs/daggerw.js";

const APPLY = "take arn:aws:iam::111111111111:role/genesis-apply";
const MAIN = "gh workflow run main.yml --repo owner/name --ref main";
const OLD = "0".repeat(40);
const applied = (sha: string, more = "") =>
  `tf-apply --expect=${FINGERPRINT} --revision=${sha}${more} as genesis-apply`;
const checked = (sha: string, authors = ["66"]) =>
  `check-approval --expect=${FINGERPRINT} --revision=${sha} --approver=33 ${authors.map((id) => `--authors=${id}`).join(" ")}`;
const RUNS = "GET actions/workflows/apply.yml/runs?status=success&per_page=100";

/** Has an approver start apply.yml by hand. */
const start = (rehearsal: Rehearsal, trigger: Partial<Trigger> = {}) =>
  rehearsal.run("apply", { inputs: { fingerprint: FINGERPRINT, allow_loss: "" }, ...trigger });

describe("an apply", () => {
  it("checks who approves, takes the role, applies, and has main publish what awaited its repository", async () => {
    const rehearsal = await setUpRehearsal();
    const jobs = await start(rehearsal);
    const { sha } = rehearsal;
    expect(jobs).toMatchObject({
      review: { result: "skipped" },
      apply: { result: "success" },
      publish: { result: "success" },
    });
    expect(rehearsal.calls).toEqual([
      "GET git/ref/heads/main",
      RUNS,
      `GET commits?sha=${sha}&per_page=100`,
      checked(sha),
      `GET actions/workflows/main.yml/runs?head_sha=${sha}`,
      APPLY,
      applied(sha),
      MAIN,
    ]);
  });

  it("asks for the authors since the last apply, hands on the losses and the plan's files where they can be had", async () => {
    const rehearsal = await setUpRehearsal();
    const { sha, github } = rehearsal;
    github.authors = ["66", "33", "66", null];
    github.runs["apply.yml"]?.push({ id: 8, head_sha: OLD, display_title: "Apply plan1.older", event: "x" });
    github.runs["main.yml"]?.push({ id: 9, head_sha: sha, display_title: "main", event: "push" });
    await rehearsal.run("main");
    rehearsal.calls.length = 0;
    const jobs = await start(rehearsal, {
      inputs: { fingerprint: FINGERPRINT, allow_loss: "policy-type:TAG_POLICY,aws_s3_bucket.state" },
    });
    expect(jobs.apply?.result).toBe("success");
    expect(github.asked).toEqual([`${OLD}...${sha}`]);
    expect(rehearsal.calls).toContain(checked(sha, ["33", "66", "unknown"]));
    const more = " --approved=plan/plan.json --allow-loss=policy-type:TAG_POLICY,aws_s3_bucket.state";
    expect(rehearsal.calls).toContain(applied(sha, more));
  });

  it("waits for the reviewers of an environment where a variable names one", async () => {
    for (const answer of [true, false]) {
      const rehearsal = await setUpRehearsal();
      const vars = { AWS_MANAGEMENT_ACCOUNT_ID: "111111111111", APPLY_ENVIRONMENT: "production" };
      const jobs = await start(rehearsal, { vars, approve: async () => answer });
      expect(rehearsal.calls[0]).toBe("ask for production");
      expect(jobs.apply?.result).toBe(answer ? "success" : "skipped");
      expect(rehearsal.calls.includes(APPLY)).toBe(answer);
    }
  });

  type Refusal = [what: string, change: (rehearsal: Rehearsal) => Partial<Trigger> | undefined, message: string];
  it.each<Refusal>([
    ["from a branch", () => ({ ref: "refs/heads/other" }), "this run is of refs/heads/other"],
    ["by somebody who is no approver", () => ({ actor: "eve" }), "[approver-unknown]"],
    ["by somebody whose name is a command", () => ({ actor: "`id`; $(id)" }), "[approver-unknown]"],
    [
      "run again by somebody else",
      () => ({ triggering_actor: "bo" }),
      "bo re-ran what ada started. Nothing was applied",
    ],
    [
      "after main moved",
      ({ github }) => void Object.assign(github, { head: "f".repeat(40) }),
      `main is at ${"f".repeat(40)}`,
    ],
    [
      "of a plan that was applied",
      ({ github }) =>
        void github.runs["apply.yml"]?.push({
          ...{ id: 8, head_sha: OLD, event: "x" },
          display_title: `Apply ${FINGERPRINT}`,
        }),
      "run 8 has already applied this plan",
    ],
    ...["", "plan1.x", `${FINGERPRINT}\n`, "$(id)", `${FINGERPRINT} --bootstrap`].map(
      (fingerprint): Refusal => [
        `of ${JSON.stringify(fingerprint)}`,
        () => ({ inputs: { fingerprint, allow_loss: "" } }),
        "this is not a fingerprint",
      ],
    ),
    ...["git/ref", "workflows/apply", "commits"].map(
      (path): Refusal => [
        `where GitHub does not answer for ${path}`,
        ({ github }) => void github.faults.push({ method: "GET", path, answer: "down" }),
        "check-approval: GitHub did not return",
      ],
    ),
  ])("is refused %s: no role is taken", async (_, change, message) => {
    const rehearsal = await setUpRehearsal();
    const jobs = await start(rehearsal, change(rehearsal));
    expect(jobs).toMatchObject({ apply: { result: "failure" }, publish: { result: "skipped" } });
    expect(jobs.apply?.log).toContain(message);
    expect(rehearsal.calls.filter((call) => /^take|tf-|workflow run/.test(call))).toEqual([]);
  });

  it("needs no file of the plan: an artifact that is gone, or GitHub that does not tell, is said", async () => {
    const rehearsal = await setUpRehearsal();
    rehearsal.github.runs["main.yml"]?.push({ id: 9, head_sha: rehearsal.sha, display_title: "main", event: "push" });
    const jobs = await start(rehearsal);
    expect(jobs.apply?.result).toBe("success");
    expect(jobs.apply?.log).toContain("The files of the approved plan could not be downloaded");
    expect(rehearsal.calls).toContain(applied(rehearsal.sha));
  });

  it("tells the module when its session ends: within the hour, and late enough to begin", async () => {
    const ends: string[] = [];
    const rehearsal = await setUpRehearsal(undefined, {
      daggerw: async ({ argv, env }) => {
        if (argv.includes("tf-apply")) ends.push(env.AWS_CREDENTIAL_EXPIRATION ?? "");
      },
    });
    await start(rehearsal);
    const minutes = (Date.parse(ends[0] ?? "") - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(15);
    expect(minutes).toBeLessThan(60);
  });

  it("saves the state with fresh credentials after an apply that failed or was cut, and stays red", async () => {
    for (const message of ["[state-unsaved] the state", "cancelled"]) {
      const failures = [{ call: "tf-apply", message }];
      const rehearsal = await setUpRehearsal(makeScenario({ failures }));
      const jobs = await start(rehearsal);
      expect(jobs).toMatchObject({ publish: { result: "skipped" } });
      expect(jobs.apply?.result).toBe(message === "cancelled" ? "cancelled" : "failure");
      expect(rehearsal.calls.slice(-4)).toEqual([APPLY, applied(rehearsal.sha), APPLY, "tf-recover as genesis-apply"]);
    }
  });

  it("stays applied where GitHub does not start main again, which is red", async () => {
    const rehearsal = await setUpRehearsal();
    rehearsal.github.faults.push({ method: "", path: "workflow", answer: "down" });
    const jobs = await start(rehearsal);
    expect(jobs).toMatchObject({ apply: { result: "success" }, publish: { result: "failure" } });
  });
});
