import { adoptExisting } from "../../ci/bootstrap/adoption.js";
import { openBootstrapApi } from "../../ci/bootstrap/api.js";
import { bootstrap } from "../../ci/bootstrap/bootstrap.js";
import { IMPORTS_PATH } from "../../ci/bootstrap/imports.js";
import { openRepository } from "../../ci/bootstrap/repository.js";
import { takeInventory } from "../../ci/bootstrap/take-inventory.js";
import { readSettings } from "../../ci/lib/settings.js";
import { EMULATOR_CREDENTIALS } from "../../ci/terraform/emulator.js";
import { type Emulator, startEmulator } from "../native/start-emulator.js";
import { callJson, createAccount } from "../test/emulator/raw-calls.js";
import { ROOT } from "../tools/find-tool.js";
import { describeNumbers, type Measurement, type Row } from "./measure.js";

const SIZES = [5, 50, 500];
const GROUPS = 5;
/** Accounts that are in one OU. */
const PER_OU = 50;
/** For 500 accounts, in seconds. */
const GOAL = 60;
/** Calls at the largest organization for each account, at most: they are linear. bootstrap enters each account too. */
const CALLS_MAX = 8;

/** What `adopt`, `bootstrap` and the inventory of `tf-drift` cost: their calls grow with the accounts, and not with their square. The repository is as it is shipped. */
export const look: Measurement = {
  name: "look",
  title: `adopt, bootstrap and inventory of an organization with ${GROUPS} groups, against the emulator`,
  run: async () => {
    const rows: Row[] = [];
    for (const accounts of SIZES) rows.push(...(await lookAt(accounts)));
    return rows;
  },
};

async function lookAt(accounts: number): Promise<Row[]> {
  const emulator = await startEmulator();
  const api = openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region: "us-east-1", endpoint: emulator.url });
  const repository = await openRepository(ROOT, await readSettings(ROOT));
  const options = { onProgress: (line: string) => console.error(`  ${line}`), githubUrl: undefined };
  const measure = async (name: string, run: () => Promise<void>) => {
    await emulator.clearRequests();
    const started = performance.now();
    await run();
    return describeLook(`${accounts} accounts: ${name}`, accounts, started, await emulator.requests());
  };
  try {
    await populate(emulator, accounts);
    const adopted = await measure("adopt", async () => {
      const { files, report } = await adoptExisting(api, repository, options);
      const imports = files.find(({ path }) => path === IMPORTS_PATH)?.text.match(/_account_assignment/g)?.length;
      if (imports !== accounts * GROUPS) throw new Error(`not everything was adopted: ${report}`);
    });
    // What adopt would write is in the way here; all else was looked at by then.
    const expected = /\[bootstrap-incomplete\]/;
    const checked = await measure("bootstrap", async () => {
      await bootstrap(api, repository, options).catch((error: Error) => {
        if (!expected.test(error.message)) throw error;
      });
    });
    // Nothing is in a state yet: it finds whatever there is.
    const seen = await measure("inventory", async () => {
      const { found } = await takeInventory(api, repository, { ...options, readOnly: false, now: new Date() });
      if (found.length < accounts * GROUPS) throw new Error(`not everything was found: ${found.length}`);
    });
    return [...adopted, ...checked, ...seen];
  } finally {
    api.close();
    await emulator.close();
  }
}

function describeLook(
  what: string,
  accounts: number,
  started: number,
  seen: Awaited<ReturnType<Emulator["requests"]>>,
): Row[] {
  const seconds = (performance.now() - started) / 1000;
  const last = accounts === SIZES.at(-1);
  const sorted = seen.map(({ operation, count }) => ({ operation, count })).sort((a, b) => b.count - a.count);
  const calls = sorted.reduce((sum, { count }) => sum + count, 0);
  const list = sorted.slice(0, 2).map(({ operation, count }) => `${operation} ${count}`);
  const goal = last ? { goal: `≤ ${CALLS_MAX} for each account`, met: calls <= accounts * CALLS_MAX } : {};
  return [
    describeNumbers(what, [seconds], "s", last ? GOAL : undefined),
    { what: `${what}, calls`, seen: `${calls}: ${list.join(", ")}, …`, ...goal },
  ];
}

/** Accounts in OUs of fifty, and groups of which each enters every account. */
async function populate({ url }: Emulator, accounts: number): Promise<void> {
  const organizations = (operation: string, input = {}) => callJson(url, "organizations", operation, input);
  const center = (operation: string, input = {}) => callJson(url, "sso-admin", operation, input);
  await organizations("CreateOrganization", { FeatureSet: "ALL" });
  await organizations("EnableAWSServiceAccess", { ServicePrincipal: "account.amazonaws.com" });
  const root = (await organizations("ListRoots")).json.Roots[0].Id;
  const { InstanceArn, IdentityStoreId } = (await center("ListInstances")).json.Instances[0];
  const made = await center("CreatePermissionSet", { InstanceArn, Name: "Look" });
  const { PermissionSetArn } = made.json.PermissionSet;
  const groups: string[] = [];
  for (let index = 0; index < GROUPS; index++) {
    const input = { IdentityStoreId, DisplayName: `group${index}` };
    groups.push((await callJson(url, "identitystore", "CreateGroup", input)).json.GroupId);
  }
  let ou = "";
  for (let index = 0; index < accounts; index++) {
    if (index % PER_OU === 0) {
      const created = await organizations("CreateOrganizationalUnit", { ParentId: root, Name: `ou${index}` });
      ou = created.json.OrganizationalUnit.Id;
    }
    const AccountId = await createAccount(url, `account${index}`, `aws+${index}@example.com`);
    await organizations("MoveAccount", { AccountId, SourceParentId: root, DestinationParentId: ou });
    for (const PrincipalId of groups) {
      const assignment = { TargetType: "AWS_ACCOUNT", TargetId: AccountId, PrincipalType: "GROUP", PrincipalId };
      await center("CreateAccountAssignment", { InstanceArn, PermissionSetArn, ...assignment });
    }
  }
}
