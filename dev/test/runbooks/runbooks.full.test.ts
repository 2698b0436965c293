import { access } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addAccount } from "../../../ci/rehearsal/data.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { makeByHand } from "../fixtures/make-by-hand.js";
import type { ProgramResult } from "../fixtures/run-program.js";
import { readRunbook } from "./read-runbook.js";
import { type Laptop, ORIGIN, setUpLaptop } from "./set-up-runbook.js";

/** The commands of the runbooks, as they stand there, on one organization: it is bootstrapped, and then both doors are shut. */
describe("the runbooks' commands", () => {
  let laptop: Laptop;
  beforeAll(async () => {
    laptop = await setUpLaptop();
  });
  afterAll(() => laptop?.close());

  const count = async (name: string) =>
    (await laptop.emulator.requests())
      .filter(({ operation }) => operation === name)
      .reduce((sum, each) => sum + each.count, 0);
  const expectSuccess = ({ code, stderr }: ProgramResult) => expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");

  it("bootstrap an organization that has no dedicated account yet: in two phases, with nothing made twice", async () => {
    const { organization, ou, provider } = await makeByHand(laptop.emulator.url);
    await laptop.emulator.clearRequests();
    const result = await laptop.run("bootstrap");
    expectSuccess(result);
    const [, adopted, checklist, summary, first, second, last] = result.outputs;
    for (const [field, value] of Object.entries(ORIGIN)) {
      expect(adopted).toMatch(new RegExp(`^\\+ +${field} += "${value}"$`, "m"));
    }
    for (const id of [organization, ou, provider]) expect(adopted).toMatch(new RegExp(`^\\+ +id = "${id}"$`, "m"));
    expect(adopted).toContain(`+  "source": "https://github.com/${ORIGIN.owner}/${ORIGIN.repository}"`);
    expect(checklist).toContain("✓ bucket genesis-state-123456789012: created");
    expect(checklist).toContain("+ accounts that the first apply creates: public-ecr");
    expect(checklist).not.toContain("✗");
    expect(summary).toContain("phase 1 of 2");
    expect(first).toMatch(/Resources: 2 imported, \d+ added, \d+ changed, 0 destroyed\./);
    const [, id] = /has the id (\d{12})/.exec(first ?? "") ?? [];
    expect(second).toContain(`public_ecr.account_id: "000000000001" → "${id}"`);
    // The provider, and the bucket with its versioning, access block and policy.
    expect(second).toMatch(/Resources: 5 imported, \d+ added, 0 changed, 0 destroyed\./);
    expect(last).toContain("Written: terraform/imports.tf");
    expect(last).toContain("No drift");
    expect(await laptop.read("terraform/imports.tf")).not.toContain("import {");
    const made = ["Organization", "OrganizationalUnit", "Account", "Bucket", "Repository", "OpenIDConnectProvider"];
    expect(
      Object.fromEntries(await Promise.all(made.map(async (name) => [name, await count(`Create${name}`)]))),
    ).toEqual({
      Organization: 0,
      OrganizationalUnit: 3,
      Account: 1,
      // Of the state, and of the trail.
      Bucket: 2,
      Repository: 2,
      // The dedicated account's.
      OpenIDConnectProvider: 1,
    });
  });

  it("break the glass while nobody can sign in: plan and apply with a key of IAM, which then is gone", async () => {
    for (const service of ["sso-oidc", "sso"]) {
      await laptop.emulator.setFault({ service, code: "InternalServerException", status: 500 });
    }
    await addAccount(laptop.root, "shop");
    await laptop.emulator.clearRequests();
    expectSuccess(await laptop.run("break-glass", 0, 2));
    laptop.recorder.accessKeys.clear();
    const deployed = await laptop.run("break-glass", 2, 4);
    expectSuccess(deployed);
    expect(deployed.outputs[0]).toContain("- Account `shop` is created in `workloads`");
    expect(deployed.outputs[1]).toContain("4 to create, 0 to update, 0 to destroy, as approved");
    expect(await count("CreateAccount")).toBe(1);
    // The user's own key, and the sessions that it opened in the dedicated account.
    const keys = [...laptop.recorder.accessKeys];
    expect(keys).not.toContain(EMULATOR_CREDENTIALS.accessKeyId);
    expect(keys.filter((key) => key.startsWith("AKIA"))).toHaveLength(1);
    expect(keys.filter((key) => !/^(AKIA|ASIA)/.test(key))).toEqual([]);
  });

  it("reach an account by hand where the Identity Center's API is down too: then nothing is planned", async () => {
    await laptop.emulator.setFault({ service: "sso-admin", code: "InternalServerException", status: 500 });
    await laptop.emulator.clearRequests();
    const down = await laptop.run("break-glass", 2, 3);
    expect(down.code).not.toBe(0);
    expect(down.stderr).toContain("[aws-failed]");
    expect(
      (await laptop.emulator.requests()).filter(({ write, resource }) => write && !resource?.endsWith(".tflock")),
    ).toEqual([]);
    const { AccessKeyId } = JSON.parse(await laptop.read("break-glass.json"));
    laptop.recorder.accessKeys.clear();
    const ended = await laptop.run("break-glass", 4);
    expectSuccess(ended);
    expect(await count("AssumeRole")).toBeGreaterThan(0);
    expect(laptop.recorder.accessKeys).toContain(AccessKeyId);
    expect(JSON.parse(ended.outputs[1] ?? "").AccessKeyMetadata).toEqual([]);
    for (const name of ["key.json", "break-glass.json", "session.json"]) {
      await expect(access(join(laptop.root, name))).rejects.toThrow();
    }
    await laptop.emulator.clearFaults();
  });

  it("take root's credentials from an account that is named, after a look at who has some", async () => {
    const { accounts } = await useClients(laptop.emulator.url, async ({ organizations }) => ({
      accounts: (await organizations.listAccounts({})).Accounts ?? [],
    }));
    const shop = accounts.find(({ Name }) => Name === "shop")?.Id ?? "";
    await laptop.emulator.configureAccount(shop, { rootKey: "AKIAOLD" });
    await laptop.emulator.clearRequests();
    const result = await laptop.run("root-credentials");
    expectSuccess(result);
    expect(result.outputs[0]).toContain(`! shop (${shop}): access keys AKIAOLD`);
    // The first phase made the dedicated account before root's credentials were managed.
    expect(result.outputs[0]).toContain("root-credentials --remove=public-ecr,shop\n");
    expect(result.outputs[1]).toContain(`shop (${shop}): its access key AKIAOLD is removed`);
    expect([await count("DeleteAccessKey"), await count("DeleteLoginProfile")]).toEqual([1, 0]);
  });

  it.each(["bootstrap", "break-glass", "root-credentials"])("are all of %s.md", async (name) => {
    const blocks = await readRunbook(name);
    expect(blocks.length).toBeGreaterThan(1);
    expect(laptop.ran(name)).toEqual(blocks.map((_, index) => index));
  });
});
