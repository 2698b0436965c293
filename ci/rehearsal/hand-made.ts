import { CreateRepositoryCommand, ECRPUBLICClient } from "@aws-sdk/client-ecr-public";
import { CreateOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { EMULATOR_CREDENTIALS } from "../terraform/emulator.js";

/** An organization as somebody made it in the console before there was Terraform: the ids of what is there. */
export interface HandMade {
  organization: string;
  ou: string;
  /** The dedicated account; empty where it was not made. */
  account: string;
  /** ARN of the provider of GitHub's tokens in the management account. */
  provider: string;
}

/**
 * Makes an organization by hand in an emulator: one of the code's OUs, the dedicated account in it with one of its repositories where it is
 * asked for, and GitHub's OIDC provider in the management account. The emulator's Identity Center is switched on already.
 */
export async function makeByHand(endpoint: string, dedicated?: { name: string; email: string }): Promise<HandMade> {
  const options = { endpoint, region: "us-east-1", credentials: EMULATOR_CREDENTIALS };
  const [organizations, iam] = [new OrganizationsClient(options), new IAMClient(options)];
  try {
    const { Organization } = await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
    const root = (await organizations.send(new ListRootsCommand({}))).Roots?.[0]?.Id;
    const unit = new CreateOrganizationalUnitCommand({ ParentId: root, Name: "infrastructure" });
    const ou = (await organizations.send(unit)).OrganizationalUnit?.Id ?? "";
    let account = "";
    if (dedicated !== undefined) {
      account = await createAccount(organizations, dedicated.name, dedicated.email);
      await organizations.send(
        new MoveAccountCommand({ AccountId: account, SourceParentId: root, DestinationParentId: ou }),
      );
      await createRepository(endpoint, account, "base");
    }
    const provider = new CreateOpenIDConnectProviderCommand({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
    });
    const { OpenIDConnectProviderArn = "" } = await iam.send(provider);
    return { organization: Organization?.Id ?? "", ou, account, provider: OpenIDConnectProviderArn };
  } finally {
    organizations.destroy();
    iam.destroy();
  }
}

/** Replaces the content of a policy, as somebody might in the console. Throws where there is none of this name. */
export async function replacePolicy(endpoint: string, name: string, content: object): Promise<void> {
  const client = new OrganizationsClient({ endpoint, region: "us-east-1", credentials: EMULATOR_CREDENTIALS });
  const { Policies = [] } = await client.send(new ListPoliciesCommand({ Filter: "SERVICE_CONTROL_POLICY" }));
  const PolicyId = Policies.find((policy) => policy.Name === name)?.Id;
  if (PolicyId === undefined) throw new Error(`the organization has no policy ${name}`);
  await client.send(new UpdatePolicyCommand({ PolicyId, Content: JSON.stringify(content) }));
  client.destroy();
}

/** Creates an account and waits until it is there; its id. */
async function createAccount(client: OrganizationsClient, AccountName: string, Email: string): Promise<string> {
  const created = await client.send(new CreateAccountCommand({ AccountName, Email }));
  for (;;) {
    const CreateAccountRequestId = created.CreateAccountStatus?.Id;
    const asked = await client.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
    const { State, AccountId, FailureReason } = asked.CreateAccountStatus ?? {};
    if (State === "SUCCEEDED") return AccountId ?? "";
    if (State === "FAILED") throw new Error(`the account ${AccountName} was not created: ${FailureReason}`);
  }
}

/** Creates a public repository in another account. */
async function createRepository(endpoint: string, account: string, repositoryName: string): Promise<void> {
  const options = { endpoint, region: "us-east-1" };
  const sts = new STSClient({ ...options, credentials: EMULATOR_CREDENTIALS });
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "by-hand" }));
  sts.destroy();
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const ecr = new ECRPUBLICClient({ ...options, credentials });
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  ecr.destroy();
}
