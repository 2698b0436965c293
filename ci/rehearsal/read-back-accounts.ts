import type { AlternateContactType } from "@aws-sdk/client-account";
import { paginateDescribeRepositories } from "@aws-sdk/client-ecr-public";
import {
  type IAM,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import { MANAGEMENT_ACCOUNT } from "../emulator/client.js";
import { collectPages } from "../lib/pages.js";
import type { Clients, MemberClients } from "./open-clients.js";
import { type Lines, listThere, toTags } from "./read-back-lines.js";
import type { PlacedAccount } from "./read-back-organization.js";

const CONTACT_TYPES: readonly AlternateContactType[] = ["SECURITY", "BILLING", "OPERATIONS"];

/** Each account: where it is, its tags and contacts, and what stands in it where it can be entered. */
export async function readBackAccounts(clients: Clients, accounts: readonly PlacedAccount[]): Promise<Lines> {
  const lines: Record<string, unknown> = {};
  for (const { Id = "", Name, Email, State, place } of accounts) {
    const line = `account ${Name}`;
    lines[line] = { id: Id, email: Email, state: State, place };
    lines[`${line} tags`] = toTags((await clients.organizations.listTagsForResource({ ResourceId: Id })).Tags);
    const managing = Id === MANAGEMENT_ACCOUNT;
    for (const type of CONTACT_TYPES) {
      const contact = await readContact(clients, type, managing ? undefined : Id);
      if (contact !== undefined) lines[`${line} ${type} contact`] = contact;
    }
    const entered = managing ? clients : await clients.enter(Id).catch(expectError("AccessDenied"));
    if (entered === undefined) continue;
    const inside = { ...(await readIam(entered.iam)), ...(await readRepositories(entered)) };
    for (const [name, value] of Object.entries(inside)) lines[`${line}: ${name}`] = value;
  }
  // Where the organization does not trust IAM, there are none.
  const features = clients.iam.listOrganizationsFeatures({});
  const { EnabledFeatures = [] } = (await features.catch(expectError("ServiceAccessNotEnabledException"))) ?? {};
  return { ...lines, ...listThere(EnabledFeatures.map((feature) => `root feature ${feature}`)) };
}

async function readContact({ account }: Clients, type: AlternateContactType, AccountId: string | undefined) {
  const input = { AlternateContactType: type, AccountId };
  const found = await account.getAlternateContact(input).catch(expectError("ResourceNotFoundException"));
  return found?.AlternateContact;
}

/** Providers of tokens, and the roles that people made. */
async function readIam(iam: IAM): Promise<Lines> {
  const lines: Record<string, unknown> = {};
  const { OpenIDConnectProviderList = [] } = await iam.listOpenIDConnectProviders({});
  for (const { Arn } of OpenIDConnectProviderList) {
    const {
      ClientIDList = [],
      Tags,
      ThumbprintList,
      Url,
    } = await iam.getOpenIDConnectProvider({
      OpenIDConnectProviderArn: Arn,
    });
    const line = `OIDC provider ${Url}`;
    Object.assign(lines, listThere(ClientIDList.map((audience) => `${line} audience ${audience}`)));
    lines[line] = { arn: Arn, thumbprints: ThumbprintList };
    lines[`${line} tags`] = toTags(Tags);
  }
  for (const { RoleName = "" } of await collectPages(paginateListRoles({ client: iam }, {}), "Roles")) {
    const { Role } = await iam.getRole({ RoleName });
    const { Description, MaxSessionDuration, Path, RoleId, Tags, AssumeRolePolicyDocument = "null" } = Role ?? {};
    const line = `role ${RoleName}`;
    lines[line] = { id: RoleId, Path, Description, MaxSessionDuration };
    lines[`${line} tags`] = toTags(Tags);
    lines[`${line} trust`] = JSON.parse(decodeURIComponent(AssumeRolePolicyDocument));
    for (const PolicyName of await collectPages(
      paginateListRolePolicies({ client: iam }, { RoleName }),
      "PolicyNames",
    )) {
      const { PolicyDocument = "null" } = await iam.getRolePolicy({ RoleName, PolicyName });
      lines[`${line} inline ${PolicyName}`] = JSON.parse(decodeURIComponent(PolicyDocument));
    }
    const attached = await collectPages(
      paginateListAttachedRolePolicies({ client: iam }, { RoleName }),
      "AttachedPolicies",
    );
    Object.assign(lines, listThere(attached.map(({ PolicyArn }) => `${line} attached ${PolicyArn}`)));
  }
  return lines;
}

/** Public repositories with what their page says. */
async function readRepositories({ ecr: client }: MemberClients): Promise<Lines> {
  const lines: Record<string, unknown> = {};
  for (const { repositoryName, repositoryArn } of await collectPages(
    paginateDescribeRepositories({ client }, {}),
    "repositories",
  )) {
    const line = `repository ${repositoryName}`;
    const found = await client
      .getRepositoryCatalogData({ repositoryName })
      .catch(expectError("RepositoryCatalogDataNotFoundException"));
    lines[line] = { arn: repositoryArn };
    lines[`${line} page`] = found?.catalogData ?? null;
    lines[`${line} tags`] = toTags((await client.listTagsForResource({ resourceArn: repositoryArn })).tags);
  }
  return lines;
}

/** Undefined for an error of this name, which then is an answer. */
function expectError(name: string): (error: Error) => undefined {
  return (error) => {
    if (error.name !== name) throw error;
  };
}
