import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findMirror } from "../../tools/find-mirror.js";
import { findTool } from "../../tools/find-tool.js";
import { callJson, callQuery } from "../emulator/raw-calls.js";
import { KEPT_FILES, SMALL_CODE } from "../terraform/small-code.js";
import { startOrganization, type TestOrganization } from "../terraform/start-organization.js";
import { describeCall, type Rehearsal, setUpRehearsal } from "./set-up-machine.js";

/** The small code, with the repositories of images, and with what a plan that may only read sets. */
const MAIN = `${SMALL_CODE["main.tf"]}
variable "runs_as" {
  type    = string
  default = "apply"
}

variable "repositories" {
  type = set(string)
}

resource "aws_ecrpublic_repository" "this" {
  for_each        = var.repositories
  provider        = aws.public_ecr
  repository_name = each.key
}
`;
const makeCode = (repositories: string) => ({
  "main.tf": MAIN,
  "data.auto.tfvars": `${SMALL_CODE["data.auto.tfvars"]}repositories = [${repositories}]\n`,
});

/** Each test goes on where the one before it ended: the workflows, the module's code, real Terraform and an emulated AWS. */
describe("the workflows deploy to an emulated AWS", { timeout: 300_000 }, () => {
  let organization: TestOrganization;
  let scratch: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "genesis-deploy-"));
    organization = await startOrganization(makeCode(""));
    await organization.deploy({ bootstrap: true });
    env = {
      EMULATOR: organization.emulator.url,
      SCRATCH: scratch,
      TERRAFORM: await findTool("terraform"),
      MIRROR: (await findMirror()) ?? "",
    };
  }, 300_000);
  afterAll(async () => {
    await organization?.close();
    await rm(scratch, { recursive: true, force: true });
  });
  beforeEach(() => organization.emulator.clearRequests());

  /** A repository in which somebody added the image `base`. */
  const setUp = async (): Promise<Rehearsal> => {
    const code = Object.entries(makeCode('"base"')).map(([name, text]) => [`terraform/${name}`, text]);
    const copied = ["genesis.json", ...KEPT_FILES.map((name) => `terraform/${name}`)].map(async (path) => [
      path,
      await organization.read(path),
    ]);
    const files = Object.fromEntries([...code, ...(await Promise.all(copied))]);
    return setUpRehearsal(undefined, { daggerw: "module.ts", env, files });
  };
  const hasRepository = async () => {
    const input = { repositoryNames: ["base"] };
    return (await callJson(organization.emulator.url, "ecr-public", "DescribeRepositories", input)).status === 200;
  };
  const deleteRole = () =>
    callQuery(organization.emulator.url, "iam", { Action: "DeleteRole", RoleName: "first", Version: "2010-05-08" });

  it("shows a pull request's plan in the comment, and writes nothing, not even a lock", async () => {
    const rehearsal = await setUp();
    const repo = { full_name: "owner/name" };
    const event = { pull_request: { number: 7, head: { sha: "c".repeat(40), repo } } };
    const jobs = await rehearsal.run("pull-request", { event });
    // The tests of the repository are none of the module's functions.
    expect([jobs.check?.result, jobs.plan?.result]).toEqual(["success", "success"]);
    expect((await rehearsal.github()).comments[0]?.body).toContain("## Terraform plan: 1 to create");
    expect(organization.emulator.requests().filter(({ write }) => write)).toEqual([]);
  });

  it("refuses an approved plan where AWS moved before the apply: nothing is written", async () => {
    const rehearsal = await setUp();
    const approve = async () => {
      await deleteRole();
      organization.emulator.clearRequests();
      return true;
    };
    const jobs = await rehearsal.run("main", { approve });
    expect(jobs.apply?.result).toBe("failure");
    expect(jobs.apply?.log).toContain("[plan-stale]");
    expect(jobs.apply?.log).toContain('aws_iam_role.this["first"]');
    expect(jobs.apply?.log).toContain("[state-not-kept]");
    expect(organization.listWrites()).toEqual([]);
    expect(jobs["publish-awaited"]?.result).toBe("skipped");
  });

  it("publishes what it can, applies the approved plan, and then publishes what awaited its repository", async () => {
    const rehearsal = await setUp();
    const approve = async () => {
      expect(await hasRepository()).toBe(false);
      expect(organization.listWrites()).toEqual([]);
      return true;
    };
    const jobs = await rehearsal.run("main", { approve });
    expect(Object.values(jobs).map(({ result, log }) => (result === "failure" ? log : result))).toEqual(
      Array(6).fill("success"),
    );
    expect(jobs.publish?.log).toContain("base awaiting");
    expect(jobs.plan?.summary).toContain("## Terraform plan: 2 to create, 0 to update, 0 to destroy");
    expect(jobs.apply?.log).toContain("2 to create, 0 to update, 0 to destroy, as approved");
    expect(jobs["publish-awaited"]?.log).toContain("base built");
    expect(await hasRepository()).toBe(true);
    const order = (await rehearsal.calls()).map(describeCall).filter((call) => /^(?:ask|publish|tf-)/.test(call));
    expect(order.map((call) => call.split(" ")[0])).toEqual(["publish", "tf-plan", "ask", "tf-apply", "publish"]);
  });

  it("asks nobody the next time, for there is nothing left to do", async () => {
    const rehearsal = await setUp();
    const jobs = await rehearsal.run("main", { approve: () => Promise.reject(new Error("somebody was asked")) });
    expect([jobs.apply?.result, jobs["publish-awaited"]?.result]).toEqual(["skipped", "success"]);
    expect(organization.listWrites()).toEqual([]);
  });

  it("tells drift in an issue, and closes it when it is over", async () => {
    const rehearsal = await setUp();
    await deleteRole();
    await rehearsal.run("drift");
    const [issue] = (await rehearsal.github()).issues;
    expect(issue?.body).toContain("## Terraform plan: 1 to create");
    await rehearsal.run("main");
    await rehearsal.run("drift");
    expect((await rehearsal.github()).issues.map(({ state }) => state)).toEqual(["closed"]);
  });
});
