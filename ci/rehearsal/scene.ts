import type { AlternateContactType } from "@aws-sdk/client-account";
import type { PolicyType } from "@aws-sdk/client-organizations";
import type { PermissionsBoundary } from "@aws-sdk/client-sso-admin";
import { MANAGEMENT_ACCOUNT } from "../emulator/client.js";
import { DOMAIN } from "./repository.js";

/*
 * What a company has in AWS that has used it for years and has never heard of this module. used-organization.ts makes it.
 */

/** What a cost report groups by, on everything that takes it. */
export const TAGS = [{ Key: "CostCenter", Value: "4711" }];

/** Services that may act in every account. */
export const SERVICES = [
  "account.amazonaws.com",
  "backup.amazonaws.com",
  "config.amazonaws.com",
  "guardduty.amazonaws.com",
  "iam.amazonaws.com",
  "member.org.stacksets.cloudformation.amazonaws.com",
  "ram.amazonaws.com",
  "securityhub.amazonaws.com",
  "sso.amazonaws.com",
];

/** Services that an account has been delegated. */
export const DELEGATED = [
  ["shop", "guardduty.amazonaws.com"],
  ["ledger", "securityhub.amazonaws.com"],
] as const;

/** By path: its parent's and its name, which may hold a slash that is no path. */
export const OUS = {
  Production: [undefined, "Production"],
  "Production/Payments": ["Production", "Payments"],
  Sandbox: [undefined, "Sandbox"],
  "R&D / Lab": [undefined, "R&D / Lab"],
} as const satisfies Record<string, readonly [parent: string | undefined, name: string]>;
export type UsedOu = keyof typeof OUS;

/**
 * By name. `legacy` came by invitation and is directly in the root; `attic` was closed; `ECR` is the one that the data calls public-ecr, under
 * the same address. Those before it have a password of root.
 */
export const ACCOUNTS = {
  shop: { email: `aws+shop@${DOMAIN}`, ou: "Production", tagged: true },
  ledger: { email: `aws+ledger@${DOMAIN}`, ou: "Production/Payments", tagged: true },
  legacy: { email: `root@legacy.${DOMAIN}`, ou: undefined, tagged: false },
  ECR: { email: `aws+public-ecr@${DOMAIN}`, ou: "Sandbox", tagged: true },
  "Data & AI": { email: `aws+data@${DOMAIN}`, ou: "R&D / Lab", tagged: false },
  attic: { email: `aws+attic@${DOMAIN}`, ou: "Sandbox", tagged: true },
} as const satisfies Record<string, { email: string; ou: UsedOu | undefined; tagged: boolean }>;
export type UsedAccount = keyof typeof ACCOUNTS;

const CISO = { Name: "Our CISO", Title: "CISO", EmailAddress: `ciso@${DOMAIN}`, PhoneNumber: "+49 30 5550100" };
const BOOKS = { Name: "Books", Title: "Accounts payable", EmailAddress: `books@${DOMAIN}`, PhoneNumber: "+1 555 0001" };

/** The management account's own contacts are set without its id. */
export const CONTACTS: readonly [account: UsedAccount | undefined, AlternateContactType, contact: typeof CISO][] = [
  [undefined, "SECURITY", CISO],
  ["shop", "SECURITY", CISO],
  ["shop", "BILLING", BOOKS],
];

export const POLICY_TYPES = ["SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY"] as const;

const deny = (Sid: string, Action: string | string[], more = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Sid, Effect: "Deny", Action, Resource: "*", ...more }],
});
type UsedPolicy = [PolicyType, description: string, targets: ("root" | UsedOu | UsedAccount)[], content: object];

/** By name. `deny-leaving` says something else than the module's own of nearly that name; `draft` is attached nowhere. */
export const POLICIES: Readonly<Record<string, UsedPolicy>> = {
  "eu-only": [
    "SERVICE_CONTROL_POLICY",
    "Data stays in Europe",
    ["Production"],
    deny("EuOnly", ["ec2:*", "rds:*", "s3:Create*"], {
      Condition: { StringNotEquals: { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] } },
    }),
  ],
  "deny-leaving": [
    "SERVICE_CONTROL_POLICY",
    "",
    ["root"],
    deny("Stay", ["organizations:LeaveOrganization", "organizations:DeclineHandshake"]),
  ],
  "freeze-legacy": [
    "SERVICE_CONTROL_POLICY",
    "Until somebody knows what it is for",
    ["legacy"],
    deny("Freeze", "ec2:RunInstances"),
  ],
  draft: ["SERVICE_CONTROL_POLICY", "Not yet", [], deny("Draft", "bedrock:*")],
  "cost-tags": [
    "TAG_POLICY",
    "How CostCenter is spelled",
    ["root"],
    { tags: { costcenter: { tag_key: { "@@assign": "CostCenter" } } } },
  ],
  "daily-backups": [
    "BACKUP_POLICY",
    "What backup keeps",
    ["Production", "Production/Payments"],
    { plans: { daily: { regions: { "@@assign": ["eu-central-1"] }, rules: {}, selections: {} } } },
  ],
};

/** A user name of 60 characters. */
const LONG_NAME = "wilhelmine-von-und-zu-der-muehlen-rosenthal-of-the-finance-d";

/** By user name. An address may be one, and letters are kept as they were typed. The last has no address. */
export const USERS: Readonly<Record<string, [given: string, family: string, display: string, email?: string]>> = {
  josalvatorre: ["Jo", "Salvatorre", "Jo Salvatorre", `josalvatorre@${DOMAIN}`],
  [`mara@${DOMAIN}`]: ["Mara", "Lind", "Mara Lind (she)", `mara@${DOMAIN}`],
  "Bo@Platform.test": ["Bo", "Ek", "Bo Ek", `bo@${DOMAIN}`],
  [LONG_NAME]: ["Wilhelmine", "von Rosenthal", "Minnie", `minnie@${DOMAIN}`],
  badges: ["Badge", "Reader", "Badge reader"],
};

export const GROUPS: Readonly<Record<string, [description: string | undefined, members: string[]]>> = {
  engineers: ["Everybody who builds", ["josalvatorre", `mara@${DOMAIN}`]],
  finance: [undefined, ["Bo@Platform.test", LONG_NAME]],
  "teams/data": ["Data, and what it is good for", [`mara@${DOMAIN}`]],
};

export interface UsedPermissionSet {
  about?: { Description?: string; SessionDuration?: string; RelayState?: string };
  /** Below `arn:aws:iam::aws:policy/`. */
  managed?: readonly string[];
  inline?: object;
  custom?: { Name: string; Path: string };
  boundary?: PermissionsBoundary;
}

export const PERMISSION_SETS = {
  AdministratorAccess: { about: { Description: "Everything" }, managed: ["AdministratorAccess"] },
  Billing: {
    about: {
      Description: "Bills and budgets",
      SessionDuration: "PT8H",
      RelayState: "https://console.aws.amazon.com/billing/home",
    },
    managed: ["job-function/Billing", "AWSBillingReadOnlyAccess"],
    inline: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "ce:*", Resource: "*" }] },
  },
  Payments: {
    about: { Description: "Operators of payments" },
    custom: { Name: "payments-operator", Path: "/teams/" },
    boundary: { CustomerManagedPolicyReference: { Name: "payments-boundary", Path: "/" } },
  },
  Auditor: {
    about: { SessionDuration: "PT2H30M" },
    managed: ["SecurityAudit"],
    boundary: { ManagedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
  },
} satisfies Record<string, UsedPermissionSet>;
export type UsedSet = keyof typeof PERMISSION_SETS;

/** Who has what where: groups in some accounts only, a closed one among them, and one person's own access. */
export const ASSIGNMENTS: readonly [who: string, set: UsedSet, accounts: (UsedAccount | "management")[]][] = [
  ["engineers", "AdministratorAccess", ["shop", "ECR", "attic"]],
  ["engineers", "Auditor", ["management", "shop", "ledger", "legacy"]],
  ["finance", "Billing", ["management", "shop"]],
  ["teams/data", "Payments", ["ledger"]],
  ["josalvatorre", "AdministratorAccess", ["management"]],
];

/** Trusts GitHub's tokens for two audiences, one of them of another repository's workflow. AWS asked for a thumbprint until 2023. */
export const PROVIDER = {
  Url: "https://token.actions.githubusercontent.com",
  ClientIDList: ["sts.amazonaws.com", "https://github.com/platform-test"],
  ThumbprintList: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
  Tags: TAGS,
};

const allow = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

/** A role that nobody remembers, of the name that the code uses: with a trust and rights of its own. */
export const ROLE = {
  RoleName: "genesis-plan",
  Description: "Jenkins, 2019",
  MaxSessionDuration: 7200,
  Tags: TAGS,
  AssumeRolePolicyDocument: allow({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
};
export const ROLE_POLICY = {
  PolicyName: "list-buckets",
  PolicyDocument: allow({ Action: "s3:ListAllMyBuckets", Resource: "*" }),
};

/** Public repositories of ECR: one of a name that the data has, and one that it has not. */
export const REPOSITORIES = [
  {
    repositoryName: "base",
    catalogData: {
      description: "The base image of our builds",
      aboutText: "# Base\n\nRebuilt every Monday.",
      usageText: "FROM public.ecr.aws/…/base",
      architectures: ["x86-64", "ARM 64"],
      operatingSystems: ["Linux"],
    },
    tags: TAGS,
  },
  { repositoryName: "toolbox", tags: TAGS },
];

export const BUCKET = `genesis-state-${MANAGEMENT_ACCOUNT}`;

/**
 * The policy of the state's bucket, which somebody made who read half of a page about it and did not switch versions on: the first statement
 * is as terraform/state.tf has it, the second lets an auditor's account look.
 */
export function writeBucketPolicy(auditor: string): string {
  const arn = `arn:aws:s3:::${BUCKET}`;
  const tlsOnly = {
    ...{ Effect: "Deny", Action: "s3:*", Principal: "*", Resource: [arn, `${arn}/*`] },
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const audit = {
    ...{ Sid: "Audit", Effect: "Allow", Action: "s3:GetBucketVersioning", Resource: arn },
    Principal: { AWS: `arn:aws:iam::${auditor}:root` },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly, audit] });
}
