import type { Contact, SeenAccount, Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { SERVICES } from "../../../ci/rehearsal/scene.js";

export const MANAGEMENT_ID = "111122223333";
export const INSTANCE = "arn:aws:sso:::instance/ssoins-1111222233334444";
export const STORE = "d-1234567890";

export const CISO: Contact = { name: "Our CISO", title: "CISO", email: "ciso@used.test", phone: "+49 30 1234" };
export const BILLING: Contact = { name: "Finance", title: "Billing", email: "finance@used.test", phone: "+49 30 5678" };

export const EU_ONLY = { Version: "2012-10-17", Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }] };
export const COST_TAGS = { tags: { costcenter: { tag_key: { "@@assign": "CostCenter" } } } };
export const INLINE = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "ce:*", Resource: "*" }] };
export const FOREIGN_STATEMENT = { Sid: "Auditors", Effect: "Allow", Action: "s3:GetObject", Principal: { AWS: "*" } };

/** The id of a permission set. */
export const setArn = (name: string) => `arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-${name}`;

/** An account of the organization, active and below the root unless it is said otherwise. */
export function seeAccount(name: string, id: string, more: Partial<SeenAccount> = {}): SeenAccount {
  const email = `${name.toLowerCase()}@used.test`;
  const known = { tags: {}, contacts: {}, reachable: undefined, rootPassword: undefined };
  return { id, name, email, state: "ACTIVE", parentId: "r-root", ...known, ...more };
}

/** The bucket's own statement, as a bootstrap makes it. */
export function denyPlainHttp(bucket: string): unknown {
  return {
    Effect: "Deny",
    Action: "s3:*",
    Principal: "*",
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** An organization that people have used for years, before anything of ours has run. */
export function makeUsedSnapshot(): Snapshot {
  const bucket = `genesis-state-${MANAGEMENT_ID}`;
  return {
    caller: MANAGEMENT_ID,
    organization: {
      id: "o-used123456",
      rootId: "r-root",
      managementId: MANAGEMENT_ID,
      services: SERVICES,
      policyTypes: ["SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY"],
      delegated: [],
      ous: [
        { id: "ou-root-production", parentId: "r-root", name: "Production", path: ["Production"] },
        { id: "ou-root-payments", parentId: "ou-root-production", name: "Payments", path: ["Production", "Payments"] },
        { id: "ou-root-sandbox", parentId: "r-root", name: "Sandbox", path: ["Sandbox"] },
        { id: "ou-root-r", parentId: "ou-root-payments", name: "R&D/EU", path: ["Production", "Payments", "R&D/EU"] },
        {
          id: "ou-root-deep",
          parentId: "ou-root-r",
          name: "Deep",
          path: ["Production", "Payments", "R&D/EU", "Deep"],
        },
      ],
      accounts: [
        seeAccount("Root", MANAGEMENT_ID, { email: "aws@used.test", contacts: { security: CISO } }),
        seeAccount("shop", "200000000001", {
          parentId: "ou-root-production",
          tags: { CostCenter: "42" },
          contacts: { security: CISO, billing: BILLING },
        }),
        seeAccount("Ledger", "200000000002", { parentId: "ou-root-payments" }),
        seeAccount("legacy", "200000000003", { contacts: { security: { ...CISO, name: "Old CISO" } } }),
        seeAccount("ECR", "200000000004", { email: "aws+public-ecr@used.test", parentId: "ou-root-sandbox" }),
        seeAccount("closed", "200000000005", { state: "SUSPENDED" }),
        seeAccount("deep", "200000000006", { parentId: "ou-root-deep" }),
      ],
      policies: [
        {
          id: "p-euonly",
          name: "eu-only",
          description: "Only in Europe",
          type: "SERVICE_CONTROL_POLICY",
          content: JSON.stringify(EU_ONLY),
          targets: ["ou-root-production"],
        },
        {
          id: "p-leaving",
          name: "deny-leaving",
          description: "",
          type: "SERVICE_CONTROL_POLICY",
          content: JSON.stringify({ ...EU_ONLY, Id: "leave" }),
          targets: ["r-root", "200000000001", MANAGEMENT_ID],
        },
        {
          id: "p-costtags",
          name: "cost-tags",
          description: "Tags",
          type: "TAG_POLICY",
          content: JSON.stringify(COST_TAGS),
          targets: ["r-root"],
        },
      ],
    },
    identityCenter: {
      region: "eu-central-1",
      instanceArn: INSTANCE,
      storeId: STORE,
      users: [
        seeUser("u-jo", "josalvatorre", "Jo", "Salvatorre"),
        { ...seeUser("u-mara", "mara@used.test", "Mara", "Lind"), displayName: "Mara L." },
        { ...seeUser("u-bo", "bo@used.test", "Bo", "Berg"), email: "BO@used.test" },
        { ...seeUser("u-bot", "robot", "", ""), givenName: undefined, email: undefined },
        { ...seeUser("u-bo2", "robert", "Bo", "Berg"), email: "bo@used.test" },
      ],
      groups: [
        { id: "g-eng", name: "engineers", description: "" },
        { id: "g-fin", name: "finance", description: "Who pays" },
      ],
      memberships: [
        { id: "m-1", groupId: "g-eng", userId: "u-jo" },
        { id: "m-2", groupId: "g-eng", userId: "u-mara" },
        { id: "m-3", groupId: "g-fin", userId: "u-bo" },
        { id: "m-4", groupId: "g-fin", userId: "u-bot" },
      ],
      permissionSets: [
        {
          ...seeSet("AdministratorAccess"),
          sessionDuration: "PT1H",
          managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"],
        },
        {
          ...seeSet("Billing"),
          managedPolicies: [
            "arn:aws:iam::aws:policy/job-function/Billing",
            "arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess",
          ],
          inlinePolicy: JSON.stringify(INLINE),
        },
        {
          ...seeSet("Payments"),
          customerManagedPolicies: [{ name: "payments", path: "/team/" }],
          boundary: { customerManagedPolicy: { name: "edge", path: "/" } },
        },
      ],
      assignments: [
        assign("GROUP", "g-eng", MANAGEMENT_ID, "AdministratorAccess"),
        assign("GROUP", "g-eng", "200000000001", "AdministratorAccess"),
        assign("GROUP", "g-eng", "200000000001", "Payments"),
        assign("GROUP", "g-eng", "200000000002", "AdministratorAccess"),
        assign("GROUP", "g-eng", "200000000005", "AdministratorAccess"),
        assign("GROUP", "g-fin", MANAGEMENT_ID, "Billing"),
        assign("USER", "u-mara", MANAGEMENT_ID, "Billing"),
      ],
    },
    management: {
      oidcProvider: {
        arn: `arn:aws:iam::${MANAGEMENT_ID}:oidc-provider/token.actions.githubusercontent.com`,
        audiences: ["https://github.com/used", "sts.amazonaws.com"],
      },
      roles: [
        {
          name: "genesis-plan",
          inline: ["forgotten", "read"],
          attached: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        },
      ],
    },
    iamUsers: [],
    rootFeatures: ["RootSessions"],
    dedicated: {
      id: "200000000004",
      iam: { oidcProvider: undefined, roles: [] },
      repositories: ["base", "tools"],
    },
    bucket: {
      name: bucket,
      versioned: false,
      publicAccessBlock: true,
      statements: [denyPlainHttp(bucket), FOREIGN_STATEMENT],
    },
    managed: new Set(),
    unread: [],
  };
}

/** The used organization with a part of it replaced. */
export function withPart<Part extends "organization" | "identityCenter">(
  part: Part,
  change: (old: NonNullable<Snapshot[Part]>) => Partial<NonNullable<Snapshot[Part]>>,
): Snapshot {
  const snapshot = makeUsedSnapshot();
  const old = snapshot[part] as NonNullable<Snapshot[Part]>;
  return { ...snapshot, [part]: { ...old, ...change(old) } };
}

function seeUser(id: string, userName: string, givenName: string, familyName: string) {
  const email = userName.includes("@") ? userName : `${userName}@used.test`;
  return { id, userName, displayName: `${givenName} ${familyName}`, givenName, familyName, email };
}

function seeSet(name: string) {
  return {
    arn: setArn(name),
    name,
    description: `${name} for some`,
    sessionDuration: "PT8H",
    relayState: undefined,
    managedPolicies: [],
    customerManagedPolicies: [],
    inlinePolicy: undefined,
    boundary: undefined,
  };
}

function assign(principalType: "GROUP" | "USER", principalId: string, account: string, set: string) {
  return { principalType, principalId, account, permissionSet: setArn(set) } as const;
}

/** An organization with nothing in it but the Identity Center. */
export function makeEmptySnapshot(): Snapshot {
  return {
    caller: MANAGEMENT_ID,
    organization: {
      id: "o-empty12345",
      rootId: "r-root",
      managementId: MANAGEMENT_ID,
      services: ["sso.amazonaws.com"],
      policyTypes: [],
      delegated: [],
      ous: [],
      accounts: [seeAccount("Root", MANAGEMENT_ID, { email: "aws@used.test" })],
      policies: [],
    },
    identityCenter: {
      region: "us-east-1",
      instanceArn: INSTANCE,
      storeId: STORE,
      users: [],
      groups: [],
      memberships: [],
      permissionSets: [],
      assignments: [],
    },
    management: { oidcProvider: undefined, roles: [] },
    iamUsers: [],
    rootFeatures: [],
    dedicated: undefined,
    bucket: undefined,
    managed: new Set(),
    unread: [],
  };
}
