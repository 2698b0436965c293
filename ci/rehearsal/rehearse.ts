import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { adoptExisting } from "../bootstrap/adoption.js";
import { type BootstrapApi, openBootstrapApi } from "../bootstrap/api.js";
import { bootstrap } from "../bootstrap/bootstrap.js";
import { type BootstrapData, readBootstrapData } from "../bootstrap/data.js";
import { type RequestCount, steerEmulator } from "../emulator/client.js";
import type { PublishResult } from "../images/publish.js";
import { GenesisError } from "../lib/errors.js";
import { parseSettings, SETTINGS_PATH, type Settings } from "../lib/settings.js";
import { applyPlan, openApproval } from "../terraform/apply-plan.js";
import { type Deployment, openDeployment } from "../terraform/deployment.js";
import { concludeDrift } from "../terraform/drift.js";
import { EMULATOR_CREDENTIALS } from "../terraform/emulator.js";
import { formatFingerprint } from "../terraform/fingerprint.js";
import { type MadePlan, makePlan } from "../terraform/make-plan.js";
import { isEmptyPlan, listEffectiveChanges } from "../terraform/plan.js";
import { renderSummary } from "../terraform/summary/render-summary.js";
import { addAccount, setDedicatedId, writeFiles } from "./data.js";
import { makeByHand, replacePolicy } from "./hand-made.js";
import { DOMAIN } from "./repository.js";
import { expectSame, type Script, startScript } from "./script.js";
import type { Stage } from "./stage.js";

/** What a rehearsal came to. */
export interface Rehearsal {
  place: string;
  script: Script;
  /** What was published, by the first and the second publish. */
  published: readonly [readonly PublishResult[], readonly PublishResult[]];
  /** Requests that reached the emulator, and those of them that changed something. */
  requests: { all: number; writes: number };
  /** The summary that a person would have approved for the new account. */
  summary: string;
}

/** The account of public images, as the data names it; somebody made it by hand. */
const DEDICATED = "public-ecr";
/** What making the bucket takes, each once. */
const BUCKET_WRITES = [
  "s3 CreateBucket 1",
  "s3 PutBucketPolicy 1",
  "s3 PutBucketVersioning 1",
  "s3 PutPublicAccessBlock 1",
];
/** What is there before the first apply. */
const IMPORTS = [
  `aws_ecrpublic_repository.this["base"]`,
  "aws_iam_openid_connect_provider.github",
  `aws_organizations_account.this["${DEDICATED}"]`,
  "aws_organizations_organization.this",
  `aws_organizations_organizational_unit.this["infrastructure"]`,
  "aws_s3_bucket.state",
];
/** What the first apply creates of the kinds that were there in part. The other OIDC provider is the dedicated account's. */
const CREATIONS = {
  CreateBucket: 0,
  CreateOrganization: 0,
  CreateOrganizationalUnit: 3,
  CreateAccount: 0,
  CreateRepository: 1,
  CreateOpenIDConnectProvider: 1,
};
/** The account that a rehearsal adds. */
const ACCOUNT = "shop";
/** The policy that somebody empties by hand. */
const POLICY = "deny-leaving";
const EMPTIED = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Nothing", Effect: "Deny", Action: ["none:None"], Resource: ["*"] }],
};

/**
 * Rehearses everything for real against embedded services: publishes twice, makes an organization by hand, bootstraps and adopts it, plans
 * again, adds an account, finds a change made by hand and puts it right. Throws `rehearsal-failed` at the first surprise.
 */
export async function rehearse(stage: Stage, onStep: (line: string) => void): Promise<Rehearsal> {
  const script = startScript(onStep);
  const { step } = script;
  const emulator = steerEmulator(stage.emulatorUrl);
  let first: PublishResult[] = [];
  let second: PublishResult[] = [];
  let summary = "";

  await step("Publish all images", async () => {
    first = await publish(stage);
    return `${first.length} images: ${first.map(({ image, status }) => `${image} ${status}`).join(", ")}`;
  });
  await step("Publish again", async () => {
    second = await publish(stage);
    expectSame("status", [...new Set(second.map(({ status }) => status))], ["unchanged"]);
    expectSame(
      "digests",
      second.map(({ digest }) => digest),
      first.map(({ digest }) => digest),
    );
    return "nothing was built and nothing was pushed";
  });
  await step("Make an organization by hand", async () => {
    const { organization, account } = await makeByHand(stage.emulatorUrl, {
      name: DEDICATED,
      email: `aws+${DEDICATED}@${DOMAIN}`,
    });
    await emulator.clearRequests();
    return `${organization} with an OU, the account ${account}, a repository in it, and GitHub's OIDC provider; nothing is in a state`;
  });
  await step("Bootstrap: look at what is there, and make the state's bucket", async () => {
    const checklist = await useBootstrap(stage, ({ api, data, settings }) => bootstrap(api, data, settings));
    const again = await useBootstrap(stage, ({ api, data, settings }) => bootstrap(api, data, settings));
    expectSame("what it finds again", again.replace("created; ", ""), checklist.replace("created; ", ""));
    expectSame("writes", listWrites(await emulator.requests()), BUCKET_WRITES);
    return `${checklist.split("\n").filter((line) => line.startsWith("✓")).length} checks passed; the bucket was made once`;
  });
  await step("Refuse to plan on an empty state", async () => {
    await setDedicatedId(stage.root, "111122223333", async () => expectCode("state-empty", () => plan(stage)));
    return "state-empty: nothing was planned";
  });
  await step("Adopt what is there", async () => {
    const { files } = await adopt(stage);
    await writeFiles(stage.root, files);
    expectSame("what adopt would write now", (await adopt(stage)).files, []);
    return `written: ${files.map(({ path }) => path).join(", ")}`;
  });
  await step("The first apply: imports, and everything else", async () => {
    await emulator.clearRequests();
    const made = await plan(stage, { bootstrap: true });
    expectSame("imports", listImports(made), IMPORTS);
    await apply(stage, made, { bootstrap: true });
    // What was there was not made again: three OUs and one repository were missing, and no account.
    expectSame("creations", countCreations(await emulator.requests()), CREATIONS);
    return `${listImports(made).length} resources adopted, none of them made again; ${listChanges(made).length} changes applied`;
  });
  await step("Plan again", async () => {
    expectSame("changes", listChanges(await plan(stage)), []);
    return "no changes";
  });
  await step("Add an account", async () => {
    await addAccount(stage.root, ACCOUNT);
    await emulator.clearRequests();
    const made = await plan(stage);
    expectSame("changes", listChanges(made), [
      `aws_account_alternate_contact.security["${ACCOUNT}"]`,
      `aws_organizations_account.this["${ACCOUNT}"]`,
      `aws_ssoadmin_account_assignment.this["${ACCOUNT}/engineers/administrator"]`,
      `aws_ssoadmin_account_assignment.this["${ACCOUNT}/engineers/read-only"]`,
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
    await expectCode("drift-found", async () => concludeDrift(made));
    await apply(stage, made);
    if (!isEmptyPlan((await plan(stage)).plan)) throw new Error("the drift is still there after the apply");
    return `drift-found: ${POLICY}; put right by an apply`;
  });

  const counts = await emulator.requests();
  const sum = (writes: boolean) =>
    counts.filter(({ write }) => write || !writes).reduce((total, { count }) => total + count, 0);
  return {
    place: stage.place,
    script,
    published: [first, second],
    requests: { all: sum(false), writes: sum(true) },
    summary,
  };
}

/** What adopt would write. GitHub is not asked: the repository of a rehearsal is not there. */
async function adopt(stage: Stage) {
  const settings = await readSettings(stage);
  const fetchIds = async () => ({ reason: "a rehearsal does not ask GitHub" });
  const options = { root: stage.root, settings, onProgress: () => {}, fetchIds };
  return useBootstrap(stage, ({ api }) => adoptExisting(api, options));
}

/** Runs a part of a bootstrap with the data as it stands. */
async function useBootstrap<T>(
  stage: Stage,
  run: (opened: { api: BootstrapApi; data: BootstrapData; settings: Settings }) => Promise<T>,
): Promise<T> {
  const settings = await readSettings(stage);
  const data = await readBootstrapData(stage.root, settings);
  const { emulatorUrl: endpoint } = stage;
  const api = await openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region: data.region, endpoint });
  return run({ api, data, settings: settings.parsed }).finally(() => api.close());
}

function listWrites(requests: readonly RequestCount[]): string[] {
  const writes = requests.filter(({ write }) => write);
  return writes.map(({ service, operation, count }) => `${service} ${operation} ${count}`).sort();
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
  const approval = { fingerprint, plan: made.plan, allowDestroy: [] };
  return stage.useTerraform((run) => applyPlan(run, deployment, approval));
}

async function open(stage: Stage, { bootstrap = false }: Options): Promise<Deployment> {
  const { backendSettings } = stage;
  return openDeployment(stage.root, await readSettings(stage), { backendSettings, bootstrap, readOnly: false });
}

async function readSettings({ root }: Stage) {
  const text = await readFile(join(root, SETTINGS_PATH), "utf8");
  return { text, parsed: parseSettings(text) };
}

function listChanges({ plan }: MadePlan): string[] {
  return listEffectiveChanges(plan)
    .map(({ address }) => address)
    .sort();
}

function listImports({ plan }: MadePlan): string[] {
  const imported = plan.resource_changes.filter(({ change }) => change.importing !== undefined);
  return imported.map(({ address }) => address).sort();
}

/** Runs what must fail with this code. */
async function expectCode(code: string, run: () => Promise<unknown>): Promise<void> {
  const error = await run().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof GenesisError && error.code === code) return;
  throw error instanceof Error ? error : new Error(`expected ${code}, and nothing failed`);
}
