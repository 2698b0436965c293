import type { GenesisError } from "../lib/errors.js";

/** Kinds of alternate contacts, as the data spells them; AWS has them in capitals. */
export const CONTACT_TYPES = ["security", "billing", "operations"] as const;
export type ContactType = (typeof CONTACT_TYPES)[number];

/** Whom AWS tells about something. */
export interface Contact {
  name: string;
  title: string;
  email: string;
  phone: string;
}

/** An account of the organization, the management account too. */
export interface SeenAccount {
  id: string;
  name: string;
  email: string;
  /** `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE`, `CLOSED`, … */
  state: string;
  /** Id of the root or OU that it is directly in. */
  parentId: string;
  /** Undefined where they could not be read, as each field below. */
  tags: Readonly<Record<string, string>> | undefined;
  contacts: Readonly<Partial<Record<ContactType, Contact>>> | undefined;
  /** Whether `OrganizationAccountAccessRole` can be taken there; true for the management account. Not asked of closed accounts. */
  reachable: boolean | undefined;
  /** Whether root has a password there; undefined where it could not be asked. */
  rootPassword: boolean | undefined;
}

/** Whether people can work there. One that is closed stays in the organization for a while. */
export const isActive = ({ state }: Pick<SeenAccount, "state">): boolean => state === "ACTIVE";

export interface SeenOu {
  id: string;
  parentId: string;
  name: string;
  /** Names from the top down, its own last. */
  path: readonly string[];
}

/** A policy that people made; AWS's own are left out. */
export interface SeenPolicy {
  id: string;
  name: string;
  description: string;
  /** `SERVICE_CONTROL_POLICY`, `TAG_POLICY`, … */
  type: string;
  /** The document as AWS has it. */
  content: string;
  /** Ids of the root, OUs and accounts that it is attached to. */
  targets: readonly string[];
}

export interface SeenOrganization {
  id: string;
  rootId: string;
  managementId: string;
  services: readonly string[];
  policyTypes: readonly string[];
  /** Accounts that a service is delegated to. */
  delegated: readonly { account: string; service: string }[] | undefined;
  ous: readonly SeenOu[];
  accounts: readonly SeenAccount[];
  policies: readonly SeenPolicy[] | undefined;
}

export interface SeenUser {
  id: string;
  userName: string;
  displayName: string;
  givenName: string | undefined;
  familyName: string | undefined;
  /** The primary address. */
  email: string | undefined;
}

export interface SeenGroup {
  id: string;
  name: string;
  description: string;
}

export interface SeenPermissionSet {
  arn: string;
  name: string;
  description: string;
  /** ISO 8601, such as `PT8H`. */
  sessionDuration: string;
  relayState: string | undefined;
  /** ARNs of AWS managed policies. */
  managedPolicies: readonly string[];
  customerManagedPolicies: readonly { name: string; path: string }[];
  /** The inline policy as AWS has it. */
  inlinePolicy: string | undefined;
  boundary: { managedPolicy: string } | { customerManagedPolicy: { name: string; path: string } } | undefined;
}

/** One assignment of the Identity Center: to a group, or to a person directly. */
export interface SeenAssignment {
  principalType: "GROUP" | "USER";
  principalId: string;
  /** Account id. */
  account: string;
  permissionSet: string;
}

export interface SeenIdentityCenter {
  /** Its home region. */
  region: string;
  instanceArn: string;
  storeId: string;
  users: readonly SeenUser[];
  groups: readonly SeenGroup[];
  memberships: readonly { id: string; groupId: string; userId: string }[];
  permissionSets: readonly SeenPermissionSet[];
  assignments: readonly SeenAssignment[];
}

/** What is looked at of IAM in the management account and in the dedicated one. */
export interface SeenIam {
  /** The provider of GitHub's tokens. */
  oidcProvider: { arn: string; audiences: readonly string[] } | undefined;
  /** Roles whose name the code uses: the names of their inline policies, and the ARNs of their attached ones. */
  roles: readonly { name: string; inline: readonly string[]; attached: readonly string[] }[];
}

/** A user of IAM. */
export interface SeenIamUser {
  name: string;
  activeKeys: number;
}

/** The bucket of the state; absent where there is none yet. */
export interface SeenBucket {
  name: string;
  versioned: boolean;
  /** Whether it has settings of its own that block public access. */
  publicAccessBlock: boolean;
  /** The statements of its policy, as AWS has them; undefined where it has none. */
  statements: readonly unknown[] | undefined;
}

/** What stands in AWS. A part that could not be read is undefined, and its errors are in `unread`; so is one that is not there. */
export interface Snapshot {
  /** Id of the caller's account, from which the organization is managed. */
  caller: string;
  organization: SeenOrganization | undefined;
  identityCenter: SeenIdentityCenter | undefined;
  management: SeenIam | undefined;
  /** Users of IAM in the management account. */
  iamUsers: readonly SeenIamUser[] | undefined;
  /** IAM's organization features, such as `RootSessions`. */
  rootFeatures: readonly string[] | undefined;
  /** The dedicated account, once it exists and can be reached. */
  dedicated: { id: string; iam: SeenIam | undefined; repositories: readonly string[] | undefined } | undefined;
  bucket: SeenBucket | undefined;
  /** Addresses that the state has, none where there is no state yet; undefined where that is not known. */
  managed: ReadonlySet<string> | undefined;
  unread: readonly GenesisError[];
}
