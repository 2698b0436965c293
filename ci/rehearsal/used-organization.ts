import { MANAGEMENT_ACCOUNT, steerEmulator } from "../emulator/client.js";
import { createAccount } from "./hand-made.js";
import { type Clients, useClients } from "./open-clients.js";
import * as scene from "./scene.js";

type Ids<Name extends string = string> = Readonly<Record<Name, string>>;

/** The ids of what people made over years, each by its name or path. */
export interface UsedOrganization {
  organization: string;
  root: string;
  ous: Ids<scene.UsedOu>;
  accounts: Ids<scene.UsedAccount>;
  policies: Ids;
  identityCenter: { instanceArn: string; storeId: string; users: Ids; groups: Ids; permissionSets: Ids };
  /** ARN of the provider of GitHub's tokens. */
  provider: string;
}

/** Makes an organization by hand, as scene.ts has it. The emulator at `endpoint` must have none yet. */
export function makeUsedOrganization(endpoint: string): Promise<UsedOrganization> {
  return useClients(endpoint, async (clients) => {
    const { organizations, iam, s3 } = clients;
    const { Organization } = await organizations.createOrganization({ FeatureSet: "ALL" });
    const root = (await organizations.listRoots({})).Roots?.[0]?.Id ?? "";
    for (const ServicePrincipal of scene.SERVICES) await organizations.enableAWSServiceAccess({ ServicePrincipal });
    for (const PolicyType of scene.POLICY_TYPES) await organizations.enablePolicyType({ RootId: root, PolicyType });
    const ous = await makeEach(scene.OUS, async ([parent, Name], made) => {
      const unit = { ParentId: parent === undefined ? root : made[parent], Name, Tags: scene.TAGS };
      return (await organizations.createOrganizationalUnit(unit)).OrganizationalUnit?.Id;
    });
    const accounts = await makeAccounts(clients, endpoint, { root, ...ous });
    for (const [account, ServicePrincipal] of scene.DELEGATED) {
      await organizations.registerDelegatedAdministrator({ AccountId: accounts[account], ServicePrincipal });
    }
    const policies = await makePolicies(clients, { root, ...ous, ...accounts });
    const identityCenter = await makeIdentityCenter(clients, { ...accounts, management: MANAGEMENT_ACCOUNT });
    const { OpenIDConnectProviderArn: provider = "" } = await iam.createOpenIDConnectProvider(scene.PROVIDER);
    const { RoleName } = scene.ROLE;
    await iam.createRole(scene.ROLE);
    await iam.putRolePolicy({ RoleName, ...scene.ROLE_POLICY });
    await iam.attachRolePolicy({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit" });
    const { ecr } = await clients.enter(accounts.ECR);
    for (const repository of scene.REPOSITORIES) await ecr.createRepository(repository);
    const Bucket = scene.BUCKET;
    await s3.createBucket({ Bucket });
    await s3.putBucketTagging({ Bucket, Tagging: { TagSet: scene.TAGS } });
    await s3.putBucketPolicy({ Bucket, Policy: scene.writeBucketPolicy(accounts.ledger) });
    return { organization: Organization?.Id ?? "", root, ous, accounts, policies, identityCenter, provider };
  });
}

/** Makes one thing after the other, each of which may refer to those before it; their ids by name. */
async function makeEach<Name extends string, Given>(
  given: Readonly<Record<Name, Given>>,
  make: (given: Given, made: Ids, name: Name) => Promise<string | undefined>,
): Promise<Ids<Name>> {
  const made: Record<string, string> = {};
  for (const name of Object.keys(given) as Name[]) made[name] = (await make(given[name], made, name)) ?? "";
  return made as Ids<Name>;
}

async function makeAccounts({ organizations, iam, account: client }: Clients, endpoint: string, places: Ids) {
  const accounts = await makeEach(scene.ACCOUNTS, async ({ email, ou, tagged }, _, name) => {
    if (name === "ECR") await iam.enableOrganizationsRootCredentialsManagement({});
    const AccountId = await createAccount(organizations, name, email);
    if (tagged) await organizations.tagResource({ ResourceId: AccountId, Tags: scene.TAGS });
    if (ou === undefined) return AccountId;
    const move = { SourceParentId: places.root, DestinationParentId: places[ou] };
    await organizations.moveAccount({ AccountId, ...move });
    return AccountId;
  });
  await organizations.tagResource({ ResourceId: MANAGEMENT_ACCOUNT, Tags: scene.TAGS });
  for (const [account, AlternateContactType, contact] of scene.CONTACTS) {
    await client.putAlternateContact({ AccountId: account && accounts[account], AlternateContactType, ...contact });
  }
  await steerEmulator(endpoint).configureAccount(accounts.legacy, { invited: true });
  await organizations.closeAccount({ AccountId: accounts.attic });
  return accounts;
}

function makePolicies({ organizations }: Clients, places: Ids): Promise<Ids> {
  return makeEach(scene.POLICIES, async ([Type, Description, targets, content], _, Name) => {
    // As people write them, over lines.
    const Content = JSON.stringify(content, undefined, 4);
    const { Policy } = await organizations.createPolicy({ Name, Type, Description, Content });
    const PolicyId = Policy?.PolicySummary?.Id;
    for (const target of targets) await organizations.attachPolicy({ PolicyId, TargetId: places[target] });
    return PolicyId;
  });
}

/** Fills the Identity Center, which the emulator has switched on already. */
async function makeIdentityCenter({ ssoAdmin, identityStore }: Clients, accounts: Ids) {
  const { Instances = [] } = await ssoAdmin.listInstances({});
  const { InstanceArn = "", IdentityStoreId = "" } = Instances[0] ?? {};
  const users = await makeEach(scene.USERS, async ([GivenName, FamilyName, DisplayName, email], _, UserName) => {
    const Emails = email === undefined ? undefined : [{ Value: email, Type: "work", Primary: true }];
    const user = { UserName, DisplayName, Name: { GivenName, FamilyName }, Emails };
    return (await identityStore.createUser({ IdentityStoreId, ...user })).UserId;
  });
  const groups = await makeEach(scene.GROUPS, async ([Description, members], _, DisplayName) => {
    const { GroupId } = await identityStore.createGroup({ IdentityStoreId, DisplayName, Description });
    for (const name of members) {
      const MemberId = { UserId: users[name] ?? "" };
      await identityStore.createGroupMembership({ IdentityStoreId, GroupId, MemberId });
    }
    return GroupId;
  });
  const sets = await makeEach<scene.UsedSet, scene.UsedPermissionSet>(
    scene.PERMISSION_SETS,
    async ({ about, managed = [], inline, custom, boundary }, _, Name) => {
      const { PermissionSet } = await ssoAdmin.createPermissionSet({ InstanceArn, Name, ...about });
      const set = { InstanceArn, PermissionSetArn: PermissionSet?.PermissionSetArn };
      for (const name of managed) {
        const ManagedPolicyArn = `arn:aws:iam::aws:policy/${name}`;
        await ssoAdmin.attachManagedPolicyToPermissionSet({ ...set, ManagedPolicyArn });
      }
      const InlinePolicy = JSON.stringify(inline, undefined, 2);
      if (inline) await ssoAdmin.putInlinePolicyToPermissionSet({ ...set, InlinePolicy });
      const CustomerManagedPolicyReference = custom;
      if (custom) {
        const reference = { ...set, CustomerManagedPolicyReference };
        await ssoAdmin.attachCustomerManagedPolicyReferenceToPermissionSet(reference);
      }
      if (boundary) await ssoAdmin.putPermissionsBoundaryToPermissionSet({ ...set, PermissionsBoundary: boundary });
      return set.PermissionSetArn;
    },
  );
  for (const [who, set, names] of scene.ASSIGNMENTS) {
    const PrincipalType = who in groups ? "GROUP" : "USER";
    const principal = { PrincipalType, PrincipalId: groups[who] ?? users[who] } as const;
    for (const name of names) {
      const target = { TargetType: "AWS_ACCOUNT", TargetId: accounts[name] } as const;
      await ssoAdmin.createAccountAssignment({ InstanceArn, PermissionSetArn: sets[set], ...principal, ...target });
    }
  }
  return { instanceArn: InstanceArn, storeId: IdentityStoreId, users, groups, permissionSets: sets };
}
