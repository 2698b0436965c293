import { adoptExisting } from "../bootstrap/adoption.js";
import { bootstrap } from "../bootstrap/bootstrap.js";
import { IMPORTS_PATH } from "../bootstrap/imports.js";
import { takeInventory } from "../bootstrap/take-inventory.js";
import { useRepository } from "../bootstrap/use-repository.js";
import { type RequestCount, steerEmulator } from "../emulator/client.js";
import type { PublishResult } from "../images/publish.js";
import { GenesisError } from "../lib/errors.js";
import { readSettings } from "../lib/settings.js";
import { applyPlan, openApproval } from "../terraform/apply-plan.js";
import { type Deployment, openDeployment } from "../terraform/deployment.js";
import { concludeDrift } from "../terraform/drift.js";
import { EMULATOR_CREDENTIALS } from "../terraform/emulator.js";
import { formatFingerprint } from "../terraform/fingerprint.js";
import { type MadePlan, makePlan } from "../terraform/make-plan.js";
import { classifyChange, isEmptyPlan, isLoss, listEffectiveChanges } from "../terraform/plan.js";
import { renderSummary } from "../terraform/summary/render-summary.js";
import { addAccount, grantAccess, writeFiles } from "./data.js";
import { emptyRole, replacePolicy } from "./hand-made.js";
import { type Lines, listLosses, readBack } from "./read-back.js";
import { expectSame, type RehearsedStep, startScript } from "./script.js";
import type { Stage } from "./stage.js";
import { makeUsedOrganization } from "./used-organization.js";

/** What a rehearsal came to. */
export interface Rehearsal {
  place: string;
  steps: readonly RehearsedStep[];
  /** By the first of two publishes. */
  published: readonly PublishResult[];
  /** Requests that reached the emulator, and those of them that changed something. */
  requests: { all: number; writes: number };
  /** The summary that a person would have approved for the new account. */
  summary: string;
}

/** What the first apply creates of the kinds that were there: OUs, a repository and sets of the data that were not. */
const CREATIONS = {
  CreateAccount: 0,
  CreateBucket: 1,
  CreateGroup: 0,
  CreateGroupMembership: 0,
  CreateOrganization: 0,
  CreateOrganizationalUnit: 3,
  CreatePermissionSet: 2,
  CreatePolicy: 6,
  CreateRepository: 1,
  CreateUser: 0,
};
/** The account that a rehearsal adds. */
const ACCOUNT = "web";
/** What of the scene becomes ours, and is told as that: a role of our name, and what the bucket lacked, which bootstrap mends. */
export const OURS = /^(?:management roles genesis-plan |bucket (?:versioned|publicAccessBlock): )/;
/** The policy that somebody empties by hand. */
const POLICY = "genesis-deny-leaving";
const EMPTIED = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Nothing", Effect: "Deny", Action: ["none:None"], Resource: ["*"] }],
};

/**
 * Rehearses everything for real against embedded services: publishes twice, makes an organization by hand, bootstraps and adopts it, plans
 * again, adds an account, finds a change made by hand and puts it right. Throws `rehearsal-failed` at the first surprise.
 */
export async function rehearse(stage: Stage, onStep: (line: string) => void): Promise<Rehearsal> {
  const { steps, step } = startScript(onStep);
  const emulator = steerEmulator(stage.emulatorUrl);
  let published: PublishResult[] = [];
  let summary = "";
  let before: Lines = {};

  await step("Publish all images", async () => {
    published = await publish(stage);
    return `${published.length} images: ${published.map(({ image, status }) => `${image} ${status}`).join(", ")}`;
  });
  await step("Publish again", async () => {
    const again = await publish(stage);
    expectSame("status", [...new Set(again.map(({ status }) => status))], ["unchanged"]);
    const listDigests = (results: readonly PublishResult[]) => results.map(({ digest }) => digest);
    expectSame("digests", listDigests(again), listDigests(published));
    return "nothing was built and nothing was pushed";
  });
  await step("Make an organization that people have used for years", async () => {
    await makeUsedOrganization(stage.emulatorUrl);
    before = await readBack(stage.emulatorUrl);
    return `${Object.keys(before).length} things that somebody might miss; nothing is in a state`;
  });
  await step("Adopt what is there", async () => {
    const { files, report } = await useBootstrap(stage, adoptExisting);
    await writeFiles(stage.root, files);
    expectSame("what adopt would write now", (await useBootstrap(stage, adoptExisting)).files, []);
    return `${files.length} files were written; ${/Imports: \d+/.exec(report)?.[0].toLowerCase()}`;
  });
  await step("Bootstrap: look at what is in the way of an apply", async () => {
    // The workflows would have the rights of a role that nobody remembers: they go by hand.
    await expectCode("bootstrap-incomplete", () => useBootstrap(stage, bootstrap));
    await emptyRole(stage.emulatorUrl, "genesis-plan");
    const checklist = await useBootstrap(stage, bootstrap);
    const again = await useBootstrap(stage, bootstrap);
    expectSame("what it finds again", again, checklist.replace(/; it was not .*, and is now/, ""));
    const count = (mark: string) => checklist.split("\n").filter((line) => line.startsWith(mark)).length;
    return `a role of our name with rights of its own was in the way, and then nothing; ${count("✓")} checks passed, ${count("!")} are to be known`;
  });
  await step("Refuse to plan on an empty state", async () => {
    await expectCode("state-empty", () => plan(stage));
    return "state-empty: nothing was planned";
  });
  await step("The first apply: imports, and what is new", async () => {
    await emulator.clearRequests();
    const made = await plan(stage, { bootstrap: true });
    expectSame("what is destroyed", listKinds(made, isLoss), []);
    await apply(stage, made, { bootstrap: true });
    expectSame("creations", countCreations(await emulator.requests()), CREATIONS);
    const adopted = made.plan.resource_changes.filter(({ change }) => change.importing !== undefined);
    const created = listKinds(made, (kind) => kind === "create");
    return `${adopted.length} resources adopted, none of them made again; ${created.length} created`;
  });
  await step("Read back what was there", async () => {
    const losses = listLosses(before, await readBack(stage.emulatorUrl)).filter((line) => !OURS.test(line));
    expectSame("losses", losses, []);
    return `all ${Object.keys(before).length} things are as they were`;
  });
  await step("Plan again", async () => {
    expectSame("changes", listChanges(await plan(stage)), []);
    const { files } = await useBootstrap(stage, adoptExisting);
    await writeFiles(stage.root, files);
    expectSame(
      "files that adopt changes",
      files.map(({ path }) => path),
      [IMPORTS_PATH],
    );
    expectSame("changes without the imports", listChanges(await plan(stage)), []);
    return "no changes; adopt emptied the imports";
  });
  await step("Add an account", async () => {
    await addAccount(stage.root, ACCOUNT);
    await grantAccess(stage.root, "engineers", "AdministratorAccess", ACCOUNT);
    await emulator.clearRequests();
    const made = await plan(stage);
    expectSame("changes", listChanges(made), [
      `aws_account_alternate_contact.this["${ACCOUNT}/security"]`,
      `aws_organizations_account.this["${ACCOUNT}"]`,
      `aws_ssoadmin_account_assignment.this["${ACCOUNT}/engineers/AdministratorAccess"]`,
    ]);
    summary = renderSummary(made);
    const damaged = formatFingerprint(made.fingerprint).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    await expectCode("fingerprint-invalid", () => apply(stage, made, { expect: damaged }));
    await apply(stage, made);
    await expectCode("plan-stale", () => apply(stage, made));
    return "exactly the account, its contact and its access; a damaged approval and a second use of it were refused";
  });
  await step("Change a policy by hand, and find it", async () => {
    await replacePolicy(stage.emulatorUrl, POLICY, EMPTIED);
    const made = await plan(stage);
    expectSame("changes", listChanges(made), [`aws_organizations_policy.this["${POLICY}"]`]);
    const inventory = await useBootstrap(stage, (api, repository, { onProgress }) =>
      takeInventory(api, repository, { onProgress, readOnly: true, now: new Date() }),
    );
    await expectCode("drift-found", async () => concludeDrift(made, inventory));
    await apply(stage, made);
    if (!isEmptyPlan((await plan(stage)).plan)) throw new Error("the drift is still there after the apply");
    return `drift-found: ${POLICY}; put right by an apply`;
  });

  const counts = await emulator.requests();
  const sum = (some: readonly RequestCount[]) => some.reduce((total, { count }) => total + count, 0);
  const requests = { all: sum(counts), writes: sum(counts.filter(({ write }) => write)) };
  return { place: stage.place, steps, published, requests, summary };
}

/** Runs a part of a bootstrap with the data as it stands. */
async function useBootstrap<T>({ root, emulatorUrl: endpoint }: Stage, run: Parameters<typeof useRepository<T>>[3]) {
  return useRepository(root, await readSettings(root), { credentials: EMULATOR_CREDENTIALS, endpoint }, run);
}

/** How often each of CREATIONS reached the emulator. */
function countCreations(requests: readonly RequestCount[]): Record<string, number> {
  const count = (name: string) =>
    requests.filter(({ operation }) => operation === name).reduce((sum, each) => sum + each.count, 0);
  return Object.fromEntries(Object.keys(CREATIONS).map((name) => [name, count(name)]));
}

type Options = Partial<Pick<Deployment, "bootstrap">>;

async function publish(stage: Stage): Promise<PublishResult[]> {
  const results = await stage.publish();
  const failed = results.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(failed.error);
  return results;
}

async function plan(stage: Stage, options: Options = {}): Promise<MadePlan> {
  const deployment = await open(stage, options);
  return stage.useTerraform((run) => makePlan(run, deployment));
}

/** Applies a plan as approved; `expect` is what was approved in place of its fingerprint. */
async function apply(
  stage: Stage,
  made: MadePlan,
  { expect = formatFingerprint(made.fingerprint), ...options }: Options & { expect?: string } = {},
): Promise<string> {
  const deployment = await open(stage, options);
  const fingerprint = openApproval(expect, deployment);
  const approval = { fingerprint, plan: made.plan, allowLoss: [] };
  return stage.useTerraform((run) => applyPlan(run, deployment, approval));
}

async function open(stage: Stage, { bootstrap = false }: Options): Promise<Deployment> {
  const { backendSettings } = stage;
  return openDeployment(stage.root, await readSettings(stage.root), { backendSettings, bootstrap, readOnly: false });
}

function listChanges({ plan }: MadePlan): string[] {
  return listEffectiveChanges(plan)
    .map(({ address }) => address)
    .sort();
}

/** Addresses whose change is of a kind. */
function listKinds({ plan }: MadePlan, test: (kind: ReturnType<typeof classifyChange>) => boolean): string[] {
  return plan.resource_changes.filter(({ change }) => test(classifyChange(change))).map(({ address }) => address);
}

/** Runs what must fail with this code. */
async function expectCode(code: string, run: () => Promise<unknown>): Promise<void> {
  const error: unknown = await run().then(
    () => new Error(`expected ${code}, and nothing failed`),
    (failure) => failure,
  );
  if (!(error instanceof GenesisError && error.code === code)) throw error;
}
