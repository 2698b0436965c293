import type { Clients } from "./open-clients.js";
import { TAGS } from "./used-tree.js";

/** Trusts GitHub's tokens for two audiences, one of them of another repository's workflow. */
export async function makeProvider({ iam }: Clients): Promise<string> {
  const { OpenIDConnectProviderArn = "" } = await iam.createOpenIDConnectProvider({
    Url: "https://token.actions.githubusercontent.com",
    ClientIDList: ["sts.amazonaws.com", "https://github.com/platform-test"],
    // AWS asked for one until 2023.
    ThumbprintList: ["6938fd4d98bab03faadb97b34396831e3780aea1"],
    Tags: TAGS,
  });
  return OpenIDConnectProviderArn;
}

const PLAN_ROLE = "genesis-plan";

/** A role that nobody remembers, of the name that the code uses: with a trust and rights of its own. */
export async function makeRole({ iam }: Clients): Promise<void> {
  await iam.createRole({
    RoleName: PLAN_ROLE,
    Description: "Jenkins, 2019",
    MaxSessionDuration: 7200,
    Tags: TAGS,
    AssumeRolePolicyDocument: formatPolicy({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
  });
  const PolicyDocument = formatPolicy({ Action: "s3:ListAllMyBuckets", Resource: "*" });
  await iam.putRolePolicy({ RoleName: PLAN_ROLE, PolicyName: "list-buckets", PolicyDocument });
  await iam.attachRolePolicy({ RoleName: PLAN_ROLE, PolicyArn: "arn:aws:iam::aws:policy/SecurityAudit" });
}

function formatPolicy(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}

/** Public repositories of the dedicated account: one of a name that the data has, and one that it has not. */
export async function makeRepositories({ enter }: Clients, accountId: string): Promise<void> {
  const { ecr } = await enter(accountId);
  await ecr.createRepository({
    repositoryName: "base",
    catalogData: {
      description: "The base image of our builds",
      aboutText: "# Base\n\nRebuilt every Monday.",
      usageText: "FROM public.ecr.aws/…/base",
      architectures: ["x86-64", "ARM 64"],
      operatingSystems: ["Linux"],
    },
    tags: TAGS,
  });
  await ecr.createRepository({ repositoryName: "toolbox", tags: TAGS });
}
