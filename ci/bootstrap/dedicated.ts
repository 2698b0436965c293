import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { AccountApi, BootstrapApi } from "./api.js";
import { callAws, explainAwsFailure, readFailure } from "./failures.js";

/** The role that AWS creates in every account it makes; terraform/providers.tf takes it too. */
const ROLE = "OrganizationAccountAccessRole";
/** Whom GitHub's tokens come from: terraform/github.tf. */
const GITHUB_HOST = "token.actions.githubusercontent.com";

const providersSchema = z.object({ OpenIDConnectProviderList: z.array(z.object({ Arn: z.string() })).nullish() });
const repositoriesSchema = z.array(z.object({ repositoryName: z.string() }));

/** Opens the dedicated account through the role that Terraform takes as well. Throws `aws-forbidden` where it cannot be taken. */
export async function openDedicated(api: BootstrapApi, id: string): Promise<AccountApi> {
  try {
    return await api.assumeRole(`arn:aws:iam::${id}:role/${ROLE}`);
  } catch (error) {
    const failure = readFailure(error);
    const explained = explainAwsFailure("sts:AssumeRole", failure);
    if (explained.code !== "aws-forbidden") throw explained;
    throw new GenesisError({
      code: "aws-forbidden",
      subject: `account ${id}`,
      fact: `its role ${ROLE} cannot be taken (${failure.name}); an account that was invited has none`,
      effect: "Its repositories were not checked, and Terraform could not reach the account either",
      next: `create the role there, with AdministratorAccess and trust in the management account: https://console.aws.amazon.com/iam/home#/roles`,
    });
  }
}

/** The names of its public repositories. */
export async function findRepositories(account: AccountApi): Promise<string[]> {
  const found = await callAws("ecr-public:DescribeRepositories", () => account.listRepositories(), repositoriesSchema);
  return found.map(({ repositoryName }) => repositoryName);
}

/** The ARN of the provider of GitHub's tokens, where the account has it already: an account has one of a host at most. */
export async function findGithubProvider(account: AccountApi): Promise<string | undefined> {
  const { OpenIDConnectProviderList } = await callAws(
    "iam:ListOpenIDConnectProviders",
    () => account.listOidcProviders(),
    providersSchema,
  );
  return (OpenIDConnectProviderList ?? []).find(({ Arn }) => Arn.endsWith(`:oidc-provider/${GITHUB_HOST}`))?.Arn;
}
