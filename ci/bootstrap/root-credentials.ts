import { paginateListAccounts } from "@aws-sdk/client-organizations";
import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import type { AccountApi, BootstrapApi } from "./api.js";
import { openSession } from "./dedicated.js";
import { callAws, findAws, listAws } from "./failures.js";
import { accountsSchema, checkCaller, describeOrganization, readCaller } from "./organization.js";
import { readEach } from "./read-each.js";
import { listAccessKeys, readRootFeatures } from "./read-iam.js";
import { aboutRepository, type Repository } from "./repository.js";
import { isActive } from "./snapshot.js";

/** What a session as root may do: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html */
const TASKS = { look: "IAMAuditRootUserCredentials", remove: "IAMDeleteRootUserCredentials" } as const;
/** What lets the management account have such sessions; terraform/organization.tf switches both on. */
const FEATURES = ["RootCredentialsManagement", "RootSessions"];
/** After how many accounts the progress is told. */
const PROGRESS_STEP = 50;

const anySchema = z.object({});

/** An account as it is named here: by its key in the data, else by its id. */
interface Named {
  name: string;
  id: string;
  state: string;
  /** `shop (123456789012)`. */
  text: string;
}

/** What the root user of an account has. */
interface Credentials {
  password: boolean;
  accessKeys: readonly string[];
}

/**
 * Says which active member accounts have a root user with a password or access keys, or takes both from the accounts of `remove`: keys of the
 * data, or ids. Throws `account-wrong`, `root-access-off`, and `root-account-refused` for names that are none of an active member account:
 * nothing is removed then. A failure half-way says what was removed before it.
 */
export async function manageRootCredentials(
  api: BootstrapApi,
  repository: Repository,
  { remove, onProgress }: { remove: readonly string[]; onProgress: (line: string) => void },
): Promise<string> {
  const caller = await readCaller(api);
  const about = aboutRepository(repository, caller);
  checkCaller(caller, about.managementId);
  await describeOrganization(api, { managementId: caller, region: about.region });
  await checkFeatures(api);
  const accounts = (await listAccounts(api, repository)).filter(({ id }) => id !== caller);
  if (remove.length > 0) return removeAll(api, chooseAccounts(accounts, remove));
  return look(api, accounts.filter(isActive), onProgress);
}

async function checkFeatures(api: BootstrapApi): Promise<void> {
  const features = await readRootFeatures(api);
  const off = FEATURES.filter((feature) => !features.includes(feature));
  if (off.length === 0) return;
  throw new GenesisError({
    code: "root-access-off",
    subject: "the organization",
    fact: `IAM's ${off.join(" and ")} ${off.length === 1 ? "is" : "are"} switched off`,
  });
}

async function listAccounts({ organizations: client }: BootstrapApi, { data }: Repository): Promise<Named[]> {
  const keys = new Map(Object.entries(data.accounts).map(([key, { email }]) => [email.toLowerCase(), key]));
  const all = await listAws(
    "organizations:ListAccounts",
    (limit) => paginateListAccounts({ client, stopOnSameToken: true }, {}, limit),
    "Accounts",
    accountsSchema,
  );
  return all.map(({ id, name, email, state }) => {
    const key = keys.get(email.toLowerCase());
    return { id, state, name: key ?? id, text: key === undefined ? `${id} (${quoteText(name)})` : `${key} (${id})` };
  });
}

/** Everybody that is named, or nobody. */
function chooseAccounts(accounts: readonly Named[], names: readonly string[]): Named[] {
  const chosen = new Set<Named>();
  const refused: string[] = [];
  for (const name of names) {
    const found = accounts.find((account) => account.name === name || account.id === name);
    if (found !== undefined && isActive(found)) chosen.add(found);
    else refused.push(`${quoteText(name)}: ${found === undefined ? "no member account" : `it is ${found.state}`}`);
  }
  if (refused.length === 0) return [...chosen];
  throw new GenesisError({
    code: "root-account-refused",
    subject: "--remove",
    fact: `${refused.length} of ${names.length} names are not those of active member accounts`,
    details: refused,
  });
}

async function look(
  api: BootstrapApi,
  accounts: readonly Named[],
  onProgress: (line: string) => void,
): Promise<string> {
  const denied: { account: Named; error: GenesisError }[] = [];
  let read = 0;
  const seen = await readEach(accounts, async (account) => {
    // The OU `suspended` denies everything, root too: that says nothing about the others.
    const found = await useRoot(api, account, TASKS.look, readCredentials).catch((error: unknown) => {
      if (!(error instanceof GenesisError && error.code === "aws-forbidden")) throw error;
      denied.push({ account, error });
    });
    read += 1;
    if (read % PROGRESS_STEP === 0 || read === accounts.length) onProgress(`root users: ${read} of ${accounts.length}`);
    return { account, found };
  });
  const [first] = denied;
  if (first !== undefined && denied.length === accounts.length) throw first.error;
  const having = seen.flatMap(({ account, found }) => {
    const has = found === undefined ? "" : describe(found);
    return has === "" ? [] : [{ name: account.name, line: `! ${account.text}: ${has}` }];
  });
  const next = `\nNext: dagger call root-credentials --remove=${having.map(({ name }) => name).join(",")}\n`;
  return [
    `${having.length} of ${accounts.length - denied.length} member accounts have root credentials`,
    ...having.map(({ line }) => line),
    ...denied.map(({ account }) => `! ${account.text}: not looked at, for AWS denies it`),
    having.length === 0 ? "" : next,
  ].join("\n");
}

function describe({ password, accessKeys }: Credentials): string {
  const keys = accessKeys.length > 0 ? [`access keys ${accessKeys.join(", ")}`] : [];
  return [...(password ? ["a password"] : []), ...keys].join(", ");
}

/** One account after the other, so that a failure leaves no doubt about what was done. */
async function removeAll(api: BootstrapApi, accounts: readonly Named[]): Promise<string> {
  const done: string[] = [];
  for (const [index, account] of accounts.entries()) {
    await useRoot(api, account, TASKS.remove, async (root) => {
      const { password, accessKeys } = await readCredentials(root);
      if (!password && accessKeys.length === 0) done.push(`${account.text}: there was nothing to remove`);
      if (password) {
        await callAws("iam:DeleteLoginProfile", (limit) => root.iam.deleteLoginProfile({}, limit), anySchema);
        done.push(`${account.text}: its password is removed`);
      }
      for (const AccessKeyId of accessKeys) {
        await callAws("iam:DeleteAccessKey", (limit) => root.iam.deleteAccessKey({ AccessKeyId }, limit), anySchema);
        done.push(`${account.text}: its access key ${AccessKeyId} is removed`);
      }
    }).catch((error: unknown) => {
      if (!(error instanceof GenesisError)) throw error;
      const left = accounts.slice(index).map(({ text }) => text);
      throw new GenesisError({
        ...error.parts,
        effect: "It stopped there; what was removed before, and what is not yet, stands below",
        details: [...done, `not done, or not to the end: ${left.join(", ")}`],
      });
    });
  }
  return `${done.join("\n")}\n`;
}

/** Acts as root of a member account, for one task: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html */
async function useRoot<T>(
  api: BootstrapApi,
  { id: TargetPrincipal }: Named,
  task: string,
  run: (root: AccountApi) => Promise<T>,
): Promise<T> {
  const TaskPolicyArn = { arn: `arn:aws:iam::aws:policy/root-task/${task}` };
  const root = await openSession(api, "sts:AssumeRoot", (limit) =>
    api.sts.assumeRoot({ TargetPrincipal, TaskPolicyArn, DurationSeconds: 900 }, limit),
  );
  return run(root).finally(() => {
    // Hundreds of accounts would keep hundreds of connections open.
    root.iam.destroy();
    root.ecr.destroy();
  });
}

/** Without a user's name these are about who calls, which is root here. */
async function readCredentials({ iam: client }: AccountApi): Promise<Credentials> {
  const profile = await findAws(
    "iam:GetLoginProfile",
    (limit) => client.getLoginProfile({}, limit),
    anySchema,
    "NoSuchEntityException",
  );
  const keys = await listAccessKeys(client);
  return { password: profile !== undefined, accessKeys: keys.map(({ AccessKeyId }) => AccessKeyId) };
}
