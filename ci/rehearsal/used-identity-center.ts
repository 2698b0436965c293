import type { CreatePermissionSetRequest, PermissionsBoundary } from "@aws-sdk/client-sso-admin";
import { MANAGEMENT_ACCOUNT } from "../emulator/client.js";
import type { Clients } from "./open-clients.js";
import { DOMAIN } from "./repository.js";
import type { UsedAccount } from "./used-accounts.js";

/** Ids of people, groups and permission sets, each by its name in AWS. */
export interface UsedIdentityCenter {
  instanceArn: string;
  storeId: string;
  users: Readonly<Record<string, string>>;
  groups: Readonly<Record<string, string>>;
  permissionSets: Readonly<Record<string, string>>;
}

/** A user name of 60 characters. */
export const LONG_NAME = "wilhelmine-von-und-zu-der-muehlen-rosenthal-of-the-finance-d";

/** By user name. An address may be one, and letters are kept as they were typed. The last has no address. */
const USERS: Readonly<Record<string, { given: string; family: string; display: string; email?: string }>> = {
  josalvatorre: { given: "Jo", family: "Salvatorre", display: "Jo Salvatorre", email: `josalvatorre@${DOMAIN}` },
  [`mara@${DOMAIN}`]: { given: "Mara", family: "Lind", display: "Mara Lind (she)", email: `mara@${DOMAIN}` },
  "Bo@Platform.test": { given: "Bo", family: "Ek", display: "Bo Ek", email: `bo@${DOMAIN}` },
  [LONG_NAME]: { given: "Wilhelmine", family: "von Rosenthal", display: "Minnie", email: `minnie@${DOMAIN}` },
  badges: { given: "Badge", family: "Reader", display: "Badge reader" },
};

const GROUPS = {
  engineers: { description: "Everybody who builds", members: ["josalvatorre", `mara@${DOMAIN}`] },
  finance: { description: undefined, members: ["Bo@Platform.test", LONG_NAME] },
  "teams/data": { description: "Data, and what it is good for", members: [`mara@${DOMAIN}`] },
} as const;

interface UsedPermissionSet extends Omit<CreatePermissionSetRequest, "Name" | "InstanceArn"> {
  /** Below `arn:aws:iam::aws:policy/`. */
  managed: readonly string[];
  inline?: object;
  custom?: { Name: string; Path: string };
  boundary?: PermissionsBoundary;
}

const PERMISSION_SETS = {
  AdministratorAccess: { Description: "Everything", managed: ["AdministratorAccess"] },
  Billing: {
    Description: "Bills and budgets",
    SessionDuration: "PT8H",
    RelayState: "https://console.aws.amazon.com/billing/home",
    managed: ["job-function/Billing", "AWSBillingReadOnlyAccess"],
    inline: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "ce:*", Resource: "*" }] },
  },
  Payments: {
    Description: "Operators of payments",
    managed: [],
    custom: { Name: "payments-operator", Path: "/teams/" },
    boundary: { CustomerManagedPolicyReference: { Name: "payments-boundary", Path: "/" } },
  },
  Auditor: {
    SessionDuration: "PT2H30M",
    managed: ["SecurityAudit"],
    boundary: { ManagedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  },
} satisfies Record<string, UsedPermissionSet>;

type Place = UsedAccount | "management";

/** Who has what where: groups in some accounts only, a closed one among them, and one person's own access. */
const ASSIGNMENTS: readonly [who: string, set: keyof typeof PERMISSION_SETS, accounts: readonly Place[]][] = [
  ["engineers", "AdministratorAccess", ["shop", "ECR", "attic"]],
  ["engineers", "Auditor", ["management", "shop", "ledger", "legacy"]],
  ["finance", "Billing", ["management", "shop"]],
  ["teams/data", "Payments", ["ledger"]],
  ["josalvatorre", "AdministratorAccess", ["management"]],
];

/** Fills the Identity Center, which the emulator has switched on already. */
export async function makeIdentityCenter(
  clients: Clients,
  accounts: Readonly<Record<UsedAccount, string>>,
): Promise<UsedIdentityCenter> {
  const { Instances = [] } = await clients.ssoAdmin.listInstances({});
  const { InstanceArn = "", IdentityStoreId = "" } = Instances[0] ?? {};
  const users = await createUsers(clients, IdentityStoreId);
  const groups = await createGroups(clients, IdentityStoreId, users);
  const permissionSets = await createPermissionSets(clients, InstanceArn);
  const places: Readonly<Record<Place, string>> = { ...accounts, management: MANAGEMENT_ACCOUNT };
  for (const [who, set, names] of ASSIGNMENTS) {
    const principal = {
      PrincipalType: who in groups ? "GROUP" : "USER",
      PrincipalId: groups[who] ?? users[who],
    } as const;
    const assignment = {
      InstanceArn,
      PermissionSetArn: permissionSets[set],
      TargetType: "AWS_ACCOUNT",
      ...principal,
    } as const;
    for (const name of names) await clients.ssoAdmin.createAccountAssignment({ ...assignment, TargetId: places[name] });
  }
  return { instanceArn: InstanceArn, storeId: IdentityStoreId, users, groups, permissionSets };
}

async function createUsers({ identityStore }: Clients, IdentityStoreId: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const [UserName, { given, family, display, email }] of Object.entries(USERS)) {
    const { UserId = "" } = await identityStore.createUser({
      IdentityStoreId,
      UserName,
      DisplayName: display,
      Name: { GivenName: given, FamilyName: family },
      ...(email && { Emails: [{ Value: email, Type: "work", Primary: true }] }),
    });
    ids[UserName] = UserId;
  }
  return ids;
}

async function createGroups(
  { identityStore }: Clients,
  IdentityStoreId: string,
  users: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const [DisplayName, { description, members }] of Object.entries(GROUPS)) {
    const { GroupId = "" } = await identityStore.createGroup({
      IdentityStoreId,
      DisplayName,
      Description: description,
    });
    ids[DisplayName] = GroupId;
    for (const name of members) {
      await identityStore.createGroupMembership({ IdentityStoreId, GroupId, MemberId: { UserId: users[name] ?? "" } });
    }
  }
  return ids;
}

async function createPermissionSets({ ssoAdmin }: Clients, InstanceArn: string): Promise<Record<string, string>> {
  const arns: Record<string, string> = {};
  for (const [Name, given] of Object.entries<UsedPermissionSet>(PERMISSION_SETS)) {
    const { managed, inline, custom, boundary, ...described } = given;
    const { PermissionSet } = await ssoAdmin.createPermissionSet({ InstanceArn, Name, ...described });
    const PermissionSetArn = PermissionSet?.PermissionSetArn ?? "";
    const set = { InstanceArn, PermissionSetArn };
    arns[Name] = PermissionSetArn;
    for (const name of managed) {
      const ManagedPolicyArn = `arn:aws:iam::aws:policy/${name}`;
      await ssoAdmin.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn });
    }
    if (inline)
      await ssoAdmin.putInlinePolicyToPermissionSet({ ...set, InlinePolicy: JSON.stringify(inline, undefined, 2) });
    if (custom) {
      const reference = { CustomerManagedPolicyReference: custom };
      await ssoAdmin.attachCustomerManagedPolicyReferenceToPermissionSet({ ...set, ...reference });
    }
    if (boundary) await ssoAdmin.putPermissionsBoundaryToPermissionSet({ ...set, PermissionsBoundary: boundary });
  }
  return arns;
}
