import { afterEach, describe, expect, it } from "vitest";
import { adoptExisting } from "../../../ci/bootstrap/adoption.js";
import { bootstrap } from "../../../ci/bootstrap/bootstrap.js";
import { useRepository } from "../../../ci/bootstrap/use-repository.js";
import { readSettings } from "../../../ci/lib/settings.js";
import { writeFiles } from "../../../ci/rehearsal/data.js";
import { emptyRole } from "../../../ci/rehearsal/hand-made.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { listLosses as compareLines, readBack } from "../../../ci/rehearsal/read-back.js";
import { OURS } from "../../../ci/rehearsal/rehearse.js";
import { makeUsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { listLosses } from "../../../ci/terraform/losses/list-losses.js";
import { classifyChange, isEmptyPlan, isLoss } from "../../../ci/terraform/plan.js";
import { renderSummary, SUMMARY_MAX } from "../../../ci/terraform/summary/render-summary.js";
import { startEmulator } from "../../native/start-emulator.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeByHand } from "../fixtures/make-by-hand.js";
import { openOrganization, type TestOrganization } from "./start-organization.js";

/** Lines that somebody takes out of the data, or edits, and what each of them loses. What the data itself gave is none: a tag. */
const EDITS: readonly [from: string, to: string, losses: readonly string[]][] = [
  [
    '"AdministratorAccess"]\n        accounts        = ["public-ecr"]',
    '"Auditor"]\n        accounts = ["public-ecr"]',
    ["administrator:public-ecr"],
  ],
  ['    "ram.amazonaws.com",\n', "", ["trusted-service:ram.amazonaws.com"]],
  [
    'adopted/eu-only.json"\n    targets     = ["ou:Production"]',
    'adopted/eu-only.json"\n    targets = []',
    ["policy-attachment:eu-only@ou:Production"],
  ],
  ['    ou    = "Production"\n', '    ou    = "workloads"\n', ["inherited-policy:shop/daily-backups"]],
  [
    ', "https://github.com/platform-test"]',
    "]",
    ["audience:https://github.com/platform-test", "audience:https://github.com/platform-test#2"],
  ],
  ['      CostCenter = "4711"', '      CostCenter = "4712"', []],
];

/** The same way for each organization: adopt, bootstrap, plan, apply; then the next plan is empty, and nothing is lost. */
describe("an organization that is adopted", () => {
  let organization: TestOrganization | undefined;
  afterEach(() => organization?.close());

  const use = async <T>({ root, emulator }: TestOrganization, run: Parameters<typeof useRepository<T>>[3]) =>
    useRepository(root, await readSettings(root), { credentials: EMULATOR_CREDENTIALS, endpoint: emulator.url }, run);

  it.each<
    [
      what: string,
      make: (url: string) => Promise<unknown>,
      edit: (text: string) => string,
      absent: RegExp,
      edits: typeof EDITS,
    ]
  >([
    [
      "was nearly empty",
      (url) => makeByHand(url, { name: "public-ecr", email: "aws+public-ecr@platform.test" }),
      (text) => text,
      /^$/,
      [],
    ],
    [
      "takes its people from outside",
      makeUsedOrganization,
      (text) => text.replace("\npeople = {", '\nidentity_source = "external"\n\npeople = {'),
      /^aws_identitystore_/,
      EDITS,
    ],
  ])("%s loses nothing, and later nothing that is not named", async (_, make, edit, absent, edits) => {
    const at = await openOrganization(await startEmulator({ createAccountPolls: 2 }), ROOT);
    organization = at;
    await make(at.emulator.url);
    await at.edit(DATA_PATH, edit);
    const before = await readBack(at.emulator.url);
    await writeFiles(at.root, (await use(at, adoptExisting)).files);
    await emptyRole(at.emulator.url, "genesis-plan").catch(() => undefined);
    await use(at, bootstrap);
    const made = await at.plan({ bootstrap: true });
    expect(made.plan.resource_changes.filter(({ change }) => isLoss(classifyChange(change)))).toEqual([]);
    expect(made.plan.resource_changes.filter(({ address }) => absent.test(address))).toEqual([]);
    expect(listLosses(made.plan)).toEqual([]);
    const summary = renderSummary(made);
    expect(summary.length).toBeLessThanOrEqual(SUMMARY_MAX);
    expect(summary).not.toContain("must not be approved");
    await at.apply(made, { bootstrap: true });
    expect(compareLines(before, await readBack(at.emulator.url)).filter((line) => !OURS.test(line))).toEqual([]);
    const { files } = await use(at, adoptExisting);
    expect(files.map(({ path }) => path)).toEqual(["terraform/imports.tf"]);
    await writeFiles(at.root, files);
    expect(isEmptyPlan((await at.plan()).plan)).toBe(true);
    // What adopt leaves alone stands beside the data; nothing is left for it to take in.
    expect((await at.inventory()).found.filter(({ reason }) => reason.includes("adopt has not taken it in"))).toEqual(
      [],
    );
    if (edits.length > 0) await lose(at, edits);
  });
});

/** What somebody writes in AWS after the adoption, and an apply would overwrite. */
const WRITTEN = ["contact:shop/billing", 'tag:aws_organizations_account.this["shop"]/CostCenter'];

async function writeByHand(url: string): Promise<void> {
  await useClients(url, async ({ organizations, account }) => {
    const { Accounts = [] } = await organizations.listAccounts({});
    const AccountId = Accounts.find(({ Name }) => Name === "shop")?.Id ?? "";
    const contact = { Name: "New", Title: "Books", EmailAddress: "new@platform.test", PhoneNumber: "+1 555 0002" };
    await account.putAlternateContact({ AccountId, AlternateContactType: "BILLING", ...contact });
    await organizations.tagResource({ ResourceId: AccountId, Tags: [{ Key: "CostCenter", Value: "1" }] });
  });
}

/** Edits the data: all losses are refused at once, then the one that is not named, with nothing written; named, they pass. */
async function lose(at: TestOrganization, edits: typeof EDITS): Promise<void> {
  for (const [from, to] of edits) {
    await at.edit(DATA_PATH, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
  }
  await writeByHand(at.emulator.url);
  const made = await at.plan();
  const names = [...edits.flatMap(([, , losses]) => losses), ...WRITTEN];
  expect(listLosses(made.plan).map(({ name }) => name)).toEqual(names);
  await at.emulator.clearRequests();
  for (const named of [[], names.slice(1)]) {
    const { details } = (await expectError("loss-refused", () => at.apply(made, { allowLoss: named }))).parts;
    expect(details).toHaveLength(names.length - named.length);
    expect(details[0]).toBe("administrator:public-ecr: whoever is in engineers → nobody");
  }
  expect(await at.listWrites()).toEqual([]);
  await at.apply(made, { allowLoss: names });
  expect(Object.keys(await readBack(at.emulator.url))).not.toContain('organization services "ram.amazonaws.com"');
}
