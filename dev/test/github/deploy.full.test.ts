import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseRepositoryName } from "../../../ci/lib/names.js";
import { RegistryClient } from "../../../ci/registry/client.js";
import { type RunningRegistry, startRegistry } from "../../native/start-registry.js";
import { findMirror } from "../../tools/find-mirror.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { callJson, callQuery } from "../emulator/raw-calls.js";
import { makeModule } from "../fixtures/local-module.js";
import type { Program } from "../fixtures/programs.js";
import { type RunningProxy, type Seen, startProxy } from "../registry/start-proxy.js";
import { KEPT_FILES, SMALL_CODE } from "../terraform/small-code.js";
import { startOrganization, type TestOrganization } from "../terraform/start-organization.js";
import { type Rehearsal, setUpRehearsal } from "./set-up-machine.js";

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

/** How public ECR answers for a repository that is not there. */
const UNKNOWN = {
  kind: "answer",
  status: 404,
  body: JSON.stringify({ errors: [{ code: "NAME_UNKNOWN", message: "The repository does not exist" }] }),
} as const;
const isTagPut = ({ method, path }: Seen) => method === "PUT" && /\/manifests\/(?:in|git)-/.test(path);

/** Each test goes on where the one before it ended: the workflows, the module's code, real Terraform and an emulated AWS. */
describe("the workflows deploy to an emulated AWS", () => {
  let organization: TestOrganization;
  let scratch: string;
  let daggerw: Program;
  let registry: RunningRegistry;
  let proxy: RunningProxy;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "genesis-deploy-"));
    organization = await startOrganization({ code: makeCode("") });
    await organization.deploy({ bootstrap: true });
    registry = await startRegistry({ repositories: ["base"] });
    proxy = await startProxy(registry.url);
    // As in public ECR, a repository is there when AWS has it.
    const choose = async () => ((await hasRepository()) ? undefined : UNKNOWN);
    for (const method of ["GET", "HEAD", "POST", "PUT"]) {
      proxy.rules.push({
        method,
        path: /^\/v2\/base\//,
        times: Number.POSITIVE_INFINITY,
        fault: { kind: "choose", choose },
      });
    }
    daggerw = makeModule({
      emulator: organization.emulator.url,
      registry: proxy.url,
      scratch,
      terraform: await findTool("terraform"),
      mirror: (await findMirror()).path,
    });
  });
  afterAll(async () => {
    await organization?.close();
    await proxy?.stop();
    await registry?.stop();
    await rm(scratch, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await organization.emulator.clearRequests();
    proxy.seen.length = 0;
  });

  /** A repository in which somebody added the image `base`. */
  const setUp = async (): Promise<Rehearsal> => {
    const code = Object.entries(makeCode('"base"')).map(([name, text]) => [`terraform/${name}`, text]);
    const kept = ["genesis.json", ...KEPT_FILES.map((name) => `terraform/${name}`)];
    const image = ["Dockerfile", "README.md", "image.json", "install-packages.sh"].map((name) => `images/base/${name}`);
    const copied = await Promise.all([
      ...kept.map(async (path) => [path, await organization.read(path)]),
      ...[...image, "images/pins.json", "MODULE.bazel"].map(async (path) => [
        path,
        await readFile(join(ROOT, path), "utf8"),
      ]),
    ]);
    const files = Object.fromEntries([...code, ...copied, ["images/lock.json", "{}\n"]]);
    return setUpRehearsal(undefined, { daggerw, files });
  };
  const hasRepository = async () => {
    const input = { repositoryNames: ["base"] };
    return (await callJson(organization.emulator.url, "ecr-public", "DescribeRepositories", input)).status === 200;
  };
  const readTag = (tag: string) =>
    new RegistryClient({ url: registry.url, prefix: "registry" }).resolve(parseRepositoryName("base", "test"), tag);
  const deleteRole = () =>
    callQuery(organization.emulator.url, "iam", { Action: "DeleteRole", RoleName: "first", Version: "2010-05-08" });

  /** Merges, and approves the plan as its summary says. */
  const approve = async (rehearsal: Rehearsal, between: () => Promise<void> = async () => {}) => {
    const main = await rehearsal.run("main");
    const [, fingerprint = ""] =
      /gh workflow run apply\.yml .* -f fingerprint=(\S+)/.exec(main.plan?.summary ?? "") ?? [];
    await between();
    const { sha } = rehearsal;
    rehearsal.github.runs["main.yml"] = [{ id: 9, head_sha: sha, display_title: "main", event: "push" }];
    const apply = await rehearsal.run("apply", { inputs: { fingerprint, allow_loss: "" } });
    return { main, apply };
  };

  it("refuses an approved plan where AWS moved before the apply: nothing is written", async () => {
    const rehearsal = await setUp();
    const { apply: jobs } = await approve(rehearsal, async () => {
      await deleteRole();
      await organization.emulator.clearRequests();
    });
    expect(jobs.apply?.result).toBe("failure");
    expect(jobs.apply?.log).toContain("[plan-stale]");
    expect(jobs.apply?.log).toContain('aws_iam_role.this["first"]');
    expect(jobs.apply?.log).toContain("[state-not-kept]");
    expect(await organization.listWrites()).toEqual([]);
    expect(rehearsal.github.started).toEqual([]);
  });

  it("publishes what it can, applies the approved plan, and then publishes what awaited its repository", async () => {
    const rehearsal = await setUp();
    const { main, apply } = await approve(rehearsal, async () => {
      expect(await hasRepository()).toBe(false);
      expect(await organization.listWrites()).toEqual([]);
    });
    expect(main.publish?.log).toContain("base: awaiting");
    expect(main.publish?.summary).toContain("## Images: 1 awaiting");
    expect(main.plan?.summary).toContain("\n2 to create, 0 to update, 0 to destroy");
    expect(apply.apply?.log).toContain("2 to create, 0 to update, 0 to destroy, as approved");
    expect(await hasRepository()).toBe(true);
    expect(rehearsal.github.started).toEqual(["main.yml --repo owner/name --ref main"]);

    const again = await rehearsal.run("main");
    expect(Object.values(again).map(({ result, log }) => (result === "failure" ? log : result))).toEqual(
      Array(3).fill("success"),
    );
    expect(again.publish?.log).toContain("base: built");
    expect(again.plan?.summary).toContain("## Terraform plan: no changes");
    // Each tag was written once, and the summary and the lock's pull request name what the registry holds.
    expect(proxy.seen.filter(isTagPut).map(({ path }) => path.replace(/-[0-9a-f]+$/, ""))).toEqual([
      "/v2/base/manifests/in",
      "/v2/base/manifests/git",
    ]);
    const { digest } = (await readTag(`git-${rehearsal.sha.slice(0, 12)}`)) ?? {};
    expect(again.publish?.summary).toContain(`digest = "${digest}"`);
    expect(rehearsal.github.pulls).toMatchObject([{ head: "genesis/lock", base: "main" }]);
    const read = (path: string) => rehearsal.git("show", `genesis/lock:${path}`);
    expect(JSON.parse(await read("images/lock.json"))).toMatchObject({ base: { digest } });
    expect(await read("MODULE.bazel")).toContain(`digest = "${digest}"`);
  });

  it("offers no approval the next time, for there is nothing left to do", async () => {
    const rehearsal = await setUp();
    const jobs = await rehearsal.run("main");
    expect(jobs.plan?.summary).not.toContain("apply.yml");
    expect(await organization.listWrites()).toEqual([]);
    expect(jobs.publish?.summary).toContain("## Images: 1 unchanged");
    expect(proxy.count("PUT") + proxy.count("POST")).toBe(0);
  });

  it("tells drift in an issue, and closes it when it is over", async () => {
    const rehearsal = await setUp();
    await deleteRole();
    await rehearsal.run("drift");
    const [issue] = rehearsal.github.issues;
    expect(issue?.body).toContain("\n1 to create");
    await approve(rehearsal);
    await rehearsal.run("drift");
    expect(rehearsal.github.issues.map(({ state }) => state)).toEqual(["closed"]);
  });
});
