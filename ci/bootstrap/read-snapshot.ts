import { collectErrors, type GenesisError } from "../lib/errors.js";
import type { StateLocation } from "../terraform/steps.js";
import type { BootstrapApi } from "./api.js";
import { findRepositories, openDedicated } from "./dedicated.js";
import { type About, checkCaller, describeOrganization, listServices, readCaller, readRoot } from "./organization.js";
import { readAccounts } from "./read-accounts.js";
import { readBucket, readManaged } from "./read-bucket.js";
import { readIam, readIamUsers, readRootFeatures } from "./read-iam.js";
import { readIdentityCenter } from "./read-identity-center.js";
import { readDelegated, readTree } from "./read-organization.js";
import { readPolicies } from "./read-policies.js";
import { DEDICATED_ROLES, MANAGEMENT_ROLES } from "./roles.js";
import { isActive, type SeenOrganization, type Snapshot } from "./snapshot.js";

/** What is read; what the data does not say yet is undefined and found out. */
export interface SnapshotAbout extends About {
  /** The account of the public repositories. */
  dedicated: { id: string | undefined; email: string | undefined };
  state: StateLocation;
}

export interface SnapshotOptions {
  /** Takes lines such as `accounts: 150 of 500 read`. */
  onProgress: (line: string) => void;
  /** Whether each active account is entered, to see whether that is possible and whether root has a password there. */
  members: boolean;
  /** Whether the credentials are those of the plan role, which enters the dedicated account by another role. */
  readOnly?: boolean;
}

/** Reads a part, or notes why it could not be read. */
type Look = <T>(read: () => Promise<T>) => Promise<T | undefined>;

/**
 * Reads what stands in AWS; changes nothing. A part that cannot be read does not keep the others from being read. `describe` is
 * told whose credentials these are, and says what is read. Throws `account-wrong` where that is not the management account, and whatever
 * keeps AWS from saying whose they are.
 */
export async function readSnapshot(
  api: BootstrapApi,
  describe: (caller: string) => SnapshotAbout,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const caller = await readCaller(api);
  const about = describe(caller);
  checkCaller(caller, about.managementId);
  const unread: GenesisError[] = [];
  const look: Look = (read) => collectErrors(unread, read);
  const id = await look(() => describeOrganization(api, { managementId: caller, region: about.region }));
  const wrong = unread.find(({ code }) => code === "account-wrong");
  if (wrong !== undefined) throw wrong;
  const [organization, identityCenter, management, iamUsers, rootFeatures, { bucket, managed }] = await Promise.all([
    id === undefined ? undefined : look(() => readOrganization(api, id, caller, { ...options, look, unread })),
    look(() => readIdentityCenter(api, about.region)),
    look(() => readIam(api, MANAGEMENT_ROLES)),
    look(() => readIamUsers(api)),
    id === undefined ? undefined : look(() => readRootFeatures(api)),
    readState(api, about.state, caller, look),
  ]);
  const dedicated = await readDedicated(api, about.dedicated, organization, { ...options, look });
  const iam = { management, iamUsers, rootFeatures };
  return { caller, organization, identityCenter, ...iam, dedicated, bucket, managed, unread };
}

/** The organization without what could not be read of it; the tree of its OUs is the least. */
async function readOrganization(
  api: BootstrapApi,
  id: string,
  managementId: string,
  { look, unread, ...options }: SnapshotOptions & { look: Look; unread: GenesisError[] },
): Promise<SeenOrganization> {
  const root = await readRoot(api);
  const services = await listServices(api);
  const tree = await readTree(api, root.id);
  const delegated = await look(() => readDelegated(api));
  const policies = await look(() => readPolicies(api, root.policyTypes));
  const { accounts, errors } = await readAccounts(api, tree.accounts, { ...options, managementId, services });
  unread.push(...errors);
  const { policyTypes } = root;
  return { id, rootId: root.id, managementId, services, policyTypes, delegated, ous: tree.ous, accounts, policies };
}

/** The bucket, and what its state has: nothing where the account has no such bucket. */
async function readState(api: BootstrapApi, state: StateLocation, caller: string, look: Look) {
  const bucket = await look(async () => ({ found: await readBucket(api, state) }));
  const isMissing = bucket !== undefined && bucket.found === undefined;
  const managed = isMissing ? new Set<string>() : await look(() => readManaged(api, state, caller));
  return { bucket: bucket?.found, managed };
}

/** The dedicated account by its id, else by its address; undefined where it is not there, closed or cannot be entered. */
async function readDedicated(
  api: BootstrapApi,
  { id, email }: SnapshotAbout["dedicated"],
  organization: SeenOrganization | undefined,
  { look, readOnly = false }: SnapshotOptions & { look: Look },
): Promise<Snapshot["dedicated"]> {
  const accounts = organization?.accounts ?? [];
  const byEmail = () => accounts.find((account) => account.email.toLowerCase() === email?.toLowerCase());
  const found = accounts.find((account) => account.id === id) ?? byEmail();
  if (found !== undefined && !isActive(found)) return undefined;
  // An account of somebody else is not entered.
  const dedicatedId = organization === undefined ? id : found?.id;
  if (dedicatedId === undefined) return undefined;
  const account = await look(() => openDedicated(api, dedicatedId, readOnly));
  if (account === undefined) return undefined;
  return {
    id: dedicatedId,
    iam: await look(() => readIam(account, DEDICATED_ROLES)),
    repositories: await look(() => findRepositories(account)),
  };
}
