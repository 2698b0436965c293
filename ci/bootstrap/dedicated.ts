import { paginateDescribeRepositories } from "@aws-sdk/client-ecr-public";
import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { AccountApi, BootstrapApi } from "./api.js";
import { type Call, callAws, listAws } from "./failures.js";

/** The role that AWS creates in every account it makes; terraform/providers.tf takes it too. */
export const ROLE = "OrganizationAccountAccessRole";
/** Whom GitHub's tokens come from: terraform/github.tf. */
const GITHUB_HOST = "token.actions.githubusercontent.com";

const providersSchema = z.object({ OpenIDConnectProviderList: z.array(z.object({ Arn: z.string() })).nullish() });
const repositoriesSchema = z.array(z.object({ repositoryName: z.string() }));

const assumedSchema = z.object({
  Credentials: z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string() }),
});

/** The role of the dedicated account that only reads, and that the plan role alone may take: terraform/public_ecr.tf. */
const PLAN_ROLE = "genesis-plan";

/** Opens another account through the role that Terraform takes as well. Throws `aws-forbidden` where it cannot be taken. */
export function assumeRole(api: BootstrapApi, id: string, role = ROLE): Promise<AccountApi> {
  const input = {
    RoleArn: `arn:aws:iam::${id}:role/${role}`,
    RoleSessionName: "genesis-bootstrap",
    DurationSeconds: 900,
  };
  return openSession(api, "sts:AssumeRole", (limit) => api.sts.assumeRole(input, limit));
}

/** Opens an account by the call of STS that starts a session there. */
export async function openSession({ openAccount }: BootstrapApi, operation: string, call: Call): Promise<AccountApi> {
  const { Credentials } = await callAws(operation, call, assumedSchema);
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials;
  return openAccount({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken });
}

/** Opens the dedicated account, `readOnly` as the plan role does, and says what it means where it cannot be opened. */
export function openDedicated(api: BootstrapApi, id: string, readOnly: boolean): Promise<AccountApi> {
  if (readOnly) return assumeRole(api, id, PLAN_ROLE);
  return assumeRole(api, id).catch((error: unknown) => {
    throw error instanceof GenesisError && error.code === "aws-forbidden" ? refuseRole(id) : error;
  });
}

/** Says that the role cannot be taken in the dedicated account. */
export function refuseRole(id: string): GenesisError {
  return new GenesisError({
    code: "aws-forbidden",
    subject: `account ${id}`,
    fact: `its role ${ROLE} cannot be assumed (AWS denies it); an invited account does not have it`,
    effect: "Its repositories were not checked, and Terraform could not reach the account either",
    next: `create the role there, with AdministratorAccess and trust in the management account: https://console.aws.amazon.com/iam/home#/roles`,
  });
}

/** The names of its public repositories. */
export async function findRepositories({ ecr: client }: AccountApi): Promise<string[]> {
  const found = await listAws(
    "ecr-public:DescribeRepositories",
    (limit) => paginateDescribeRepositories({ client, stopOnSameToken: true }, {}, limit),
    "repositories",
    repositoriesSchema,
  );
  return found.map(({ repositoryName }) => repositoryName);
}

/** The ARN of the provider of GitHub's tokens, where the account has it already: an account has one of a host at most. */
export async function findGithubProvider({ iam }: AccountApi): Promise<string | undefined> {
  const { OpenIDConnectProviderList } = await callAws(
    "iam:ListOpenIDConnectProviders",
    (limit) => iam.listOpenIDConnectProviders({}, limit),
    providersSchema,
  );
  return (OpenIDConnectProviderList ?? []).find(({ Arn }) => Arn.endsWith(`:oidc-provider/${GITHUB_HOST}`))?.Arn;
}
