import { openBootstrapApi } from "../../ci/bootstrap/api.js";
import { readSnapshot } from "../../ci/bootstrap/read-snapshot.js";
import { EMULATOR_CREDENTIALS } from "../../ci/terraform/emulator.js";
import { type Emulator, startEmulator } from "../native/start-emulator.js";
import { callJson, createAccount } from "../test/emulator/raw-calls.js";
import { describeNumbers, type Measurement, type Row } from "./measure.js";

const SIZES = [5, 50, 500];
const GROUPS = 5;
/** Accounts that are in one OU. */
const PER_OU = 50;
/** For 500 accounts, in seconds. */
const GOAL = 60;
/** Calls of the look at the largest organization for each account, at most: the look is linear. */
const CALLS_MAX = 5;

/** What a look at AWS costs, as `bootstrap` and `adopt` take it: its calls grow with the accounts, and not with their square. */
export const look: Measurement = {
  name: "look",
  title: `A look at an organization with ${GROUPS} groups, against the emulator`,
  run: async () => {
    const rows: Row[] = [];
    for (const accounts of SIZES) rows.push(...(await lookAt(accounts)));
    return rows;
  },
};

async function lookAt(accounts: number): Promise<Row[]> {
  const emulator = await startEmulator();
  const api = openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region: "us-east-1", endpoint: emulator.url });
  try {
    await populate(emulator, accounts);
    await emulator.clearRequests();
    const started = performance.now();
    const { unread, organization, identityCenter } = await readSnapshot(
      api,
      {
        managementId: undefined,
        region: "us-east-1",
        dedicated: { id: undefined, email: undefined },
        state: { bucket: "genesis-state-123456789012", key: "terraform.tfstate", region: "us-east-1" },
      },
      { onProgress: (line) => console.error(`  ${line}`), members: false },
    );
    const seconds = (performance.now() - started) / 1000;
    if (unread.length > 0) throw unread[0];
    if (organization?.accounts.length !== accounts + 1 || identityCenter?.assignments.length !== accounts * GROUPS) {
      throw new Error("not everything was seen");
    }
    return describeLook(accounts, seconds, await emulator.requests());
  } finally {
    api.close();
    await emulator.close();
  }
}

function describeLook(accounts: number, seconds: number, seen: Awaited<ReturnType<Emulator["requests"]>>): Row[] {
  const what = `${accounts} accounts`;
  const last = accounts === SIZES.at(-1);
  const sorted = seen.map(({ operation, count }) => ({ operation, count })).sort((a, b) => b.count - a.count);
  const calls = sorted.reduce((sum, { count }) => sum + count, 0);
  const list = sorted.filter(({ count }) => count > GROUPS).map(({ operation, count }) => `${operation} ${count}`);
  const goal = last ? { goal: `≤ ${CALLS_MAX} for each account`, met: calls <= accounts * CALLS_MAX } : {};
  return [
    describeNumbers(what, [seconds], "s", last ? GOAL : undefined),
    { what: `${what}: calls`, seen: `${calls}: ${list.join(", ")}, …`, ...goal },
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
