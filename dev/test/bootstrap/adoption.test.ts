import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adoptExisting } from "../../../ci/bootstrap/adoption.js";
import type { BootstrapApi } from "../../../ci/bootstrap/api.js";
import { IMPORTS_PATH } from "../../../ci/bootstrap/imports.js";
import type { SnapshotAbout } from "../../../ci/bootstrap/read-snapshot.js";
import type { Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { GenesisError } from "../../../ci/lib/errors.js";
import { parseSettings, SETTINGS_PATH } from "../../../ci/lib/settings.js";
import { writeFiles } from "../../../ci/rehearsal/data.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { MANAGEMENT_ID, makeUsedSnapshot, STORE } from "./used-snapshot.js";

const BUCKET = `genesis-state-${MANAGEMENT_ID}`;
/** Only whose credentials they are is asked here; the rest is in the snapshot. */
const api = { sts: { getCallerIdentity: async () => ({ Account: MANAGEMENT_ID }) } } as unknown as BootstrapApi;

let root: string;
let asked: SnapshotAbout | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "genesis-adopt-"));
  const isSource = (path: string) => !/\.terraform$|\.tfstate/.test(path);
  await cp(join(ROOT, "terraform"), join(root, "terraform"), { recursive: true, filter: isSource });
  await cp(join(ROOT, SETTINGS_PATH), join(root, SETTINGS_PATH));
  await write(".git/config", '[remote "origin"]\n\turl = git@github.com:used/platform.git\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const read = (path: string) => readFile(join(root, path), "utf8");
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
async function edit(path: string, from: string, to: string): Promise<void> {
  await write(path, (await read(path)).replace(from, to));
}

async function adopt(snapshot: Snapshot = makeUsedSnapshot()) {
  const text = await read(SETTINGS_PATH);
  return adoptExisting(api, {
    root,
    settings: { text, parsed: parseSettings(text) },
    onProgress: () => {},
    readSnapshot: async (_, about) => {
      asked = about;
      return snapshot;
    },
    fetchIds: async () => ({ ownerId: "4711", repositoryId: "4712" }),
  });
}

describe("adopt in a repository that was just cloned", () => {
  it("writes data, imports, documents and settings; a second run writes nothing, and one after the apply empties the imports", async () => {
    const { files, report } = await adopt();
    // Nobody has said which account and region it is.
    expect(asked).toEqual({
      managementId: undefined,
      region: undefined,
      dedicated: { id: undefined, email: undefined },
      state: { bucket: BUCKET, key: "organization.tfstate", region: "us-east-1" },
    });
    expect(files.map(({ path }) => path)).toEqual([
      DATA_PATH,
      IMPORTS_PATH,
      "terraform/policies/adopted/Billing.json",
      "terraform/policies/adopted/cost-tags.json",
      "terraform/policies/adopted/deny-leaving.json",
      "terraform/policies/adopted/eu-only.json",
      "terraform/policies/adopted/state-bucket.json",
      SETTINGS_PATH,
    ]);
    await writeFiles(root, files);
    const { state } = parseSettings(await read(SETTINGS_PATH));
    expect(state).toEqual({ bucket: BUCKET, key: "organization.tfstate", region: "eu-central-1" });
    const imports = await read(IMPORTS_PATH);
    expect(imports).toContain(`  to = aws_organizations_account.this["shop"]\n  id = "200000000001"\n`);
    expect(report).toContain("  accounts.shop is adopted\n");
    expect(report).toContain("  account closed (200000000005): it is SUSPENDED, and Terraform cannot import it\n");
    expect(report).toContain("Asked for, as only a person can tell:\n  accounts.public-ecr.email\n");
    expect(report).toContain(`sso.startUrl for genesis.json: https://${STORE}.awsapps.com/start`);

    expect((await adopt()).files).toEqual([]);
    expect(asked?.region).toBe("eu-central-1");
    const managed = new Set([...imports.matchAll(/ {2}to = (.*)\n/g)].map(([, address = ""]) => address));
    const applied = await adopt({ ...makeUsedSnapshot(), managed });
    expect(applied.files.map(({ path }) => path)).toEqual([IMPORTS_PATH]);
    expect(applied.files[0]?.text).toMatch(/^# [^\n]*\n$/);
  });

  it("says what could not be read, and that the bucket is still to be made", async () => {
    const unread = [new GenesisError({ code: "aws-forbidden", subject: "sso:ListInstances", fact: "it is denied" })];
    const { report } = await adopt({ ...makeUsedSnapshot(), identityCenter: undefined, bucket: undefined, unread });
    expect(report).toContain("Not read, and so not adopted:\n  [aws-forbidden] sso:ListInstances: it is denied");
    expect(report).toContain(`bucket ${BUCKET}: dagger call bootstrap makes it`);
  });
});

describe("adopt is refused, with nothing asked of AWS but whose credentials they are,", () => {
  it.each([
    ["data-outdated", DATA_PATH, "\nregion ", "\nsecurity_contact = {}\nregion "],
    ["data-invalid", DATA_PATH, "\nous = {", "\nouz = {}\nous = {"],
    ["settings-disagree", SETTINGS_PATH, "genesis-state-000000000000", "another-bucket"],
    ["account-wrong", DATA_PATH, '"000000000000"', '"999900000001"'],
  ])("as %s", async (code, path, from, to) => {
    if (code === "settings-disagree") await edit(DATA_PATH, "genesis-state-000000000000", "one-bucket");
    await edit(path, from, to);
    asked = undefined;
    await expectError(code, () => adopt());
    expect(asked).toBeUndefined();
  });
});
