import {
  paginateListAccessKeys,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListUsers,
} from "@aws-sdk/client-iam";
import { z } from "zod";
import type { AccountApi } from "./api.js";
import { findGithubProvider } from "./dedicated.js";
import { callAws, findAws, listAws } from "./failures.js";
import { readEach } from "./read-each.js";
import type { Role } from "./roles.js";
import type { SeenIam, SeenIamUser } from "./snapshot.js";

const providerSchema = z.object({ ClientIDList: z.array(z.string()).nullish() });
const namesSchema = z.array(z.string());
const attachedSchema = z.array(z.object({ PolicyArn: z.string() }));
const usersSchema = z.array(z.object({ UserName: z.string() }));
const keysSchema = z.array(z.object({ AccessKeyId: z.string(), Status: z.string() }));
const anySchema = z.object({});
const featuresSchema = z.object({ EnabledFeatures: z.array(z.string()).nullish() });

/** GitHub's OIDC provider, and those of the roles that exist. */
export async function readIam(api: AccountApi, roles: readonly Role[]): Promise<SeenIam> {
  const arn = await findGithubProvider(api);
  const found: SeenIam["roles"][number][] = [];
  for (const { name } of roles) {
    const role = await readRole(api, name);
    if (role !== undefined) found.push(role);
  }
  return { oidcProvider: arn === undefined ? undefined : await readProvider(api, arn), roles: found };
}

async function readProvider({ iam }: AccountApi, arn: string): Promise<SeenIam["oidcProvider"]> {
  const { ClientIDList } = await callAws(
    "iam:GetOpenIDConnectProvider",
    (limit) => iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }, limit),
    providerSchema,
  );
  return { arn, audiences: ClientIDList ?? [] };
}

/** What a role has; undefined where there is no such role. */
async function readRole({ iam: client }: AccountApi, name: string): Promise<SeenIam["roles"][number] | undefined> {
  const [pages, input] = [{ client, stopOnSameToken: true }, { RoleName: name }];
  const role = await findAws(
    "iam:GetRole",
    (limit) => client.getRole(input, limit),
    anySchema,
    "NoSuchEntityException",
  );
  if (role === undefined) return undefined;
  const inline = await listAws(
    "iam:ListRolePolicies",
    (limit) => paginateListRolePolicies(pages, input, limit),
    "PolicyNames",
    namesSchema,
  );
  const attached = await listAws(
    "iam:ListAttachedRolePolicies",
    (limit) => paginateListAttachedRolePolicies(pages, input, limit),
    "AttachedPolicies",
    attachedSchema,
  );
  return { name, inline, attached: attached.map(({ PolicyArn }) => PolicyArn) };
}

/** Users of IAM, who sign in beside the Identity Center. */
export async function readIamUsers({ iam: client }: AccountApi): Promise<SeenIamUser[]> {
  const pages = { client, stopOnSameToken: true };
  const users = await listAws("iam:ListUsers", (limit) => paginateListUsers(pages, {}, limit), "Users", usersSchema);
  return readEach(users, async ({ UserName }) => {
    const keys = await listAccessKeys(client, UserName);
    return { name: UserName, activeKeys: keys.filter(({ Status }) => Status === "Active").length };
  });
}

/** The access keys of a user; without a name, of who calls. */
export function listAccessKeys(client: AccountApi["iam"], UserName?: string) {
  return listAws(
    "iam:ListAccessKeys",
    (limit) => paginateListAccessKeys({ client, stopOnSameToken: true }, { UserName }, limit),
    "AccessKeyMetadata",
    keysSchema,
  );
}

/** The features of root access that the organization has switched on; none where it does not trust IAM. */
export async function readRootFeatures({ iam }: AccountApi): Promise<readonly string[]> {
  const found = await findAws(
    "iam:ListOrganizationsFeatures",
    (limit) => iam.listOrganizationsFeatures({}, limit),
    featuresSchema,
    "ServiceAccessNotEnabledException",
  );
  return found?.EnabledFeatures ?? [];
}
