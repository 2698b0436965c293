import { ECRPUBLIC } from "@aws-sdk/client-ecr-public";
import { IAM } from "@aws-sdk/client-iam";
import { Organizations } from "@aws-sdk/client-organizations";
import { STS } from "@aws-sdk/client-sts";
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
  const [organizations, iam] = [new Organizations(options), new IAM(options)];
  try {
    const { Organization } = await organizations.createOrganization({ FeatureSet: "ALL" });
    const root = (await organizations.listRoots({})).Roots?.[0]?.Id;
    const unit = await organizations.createOrganizationalUnit({ ParentId: root, Name: "infrastructure" });
    const ou = unit.OrganizationalUnit?.Id ?? "";
    let account = "";
    if (dedicated !== undefined) {
      account = await createAccount(organizations, dedicated.name, dedicated.email);
      await organizations.moveAccount({ AccountId: account, SourceParentId: root, DestinationParentId: ou });
      await createRepository(endpoint, account, "base");
    }
    const { OpenIDConnectProviderArn = "" } = await iam.createOpenIDConnectProvider({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
    });
    return { organization: Organization?.Id ?? "", ou, account, provider: OpenIDConnectProviderArn };
  } finally {
    organizations.destroy();
    iam.destroy();
  }
}

/** Replaces the content of a policy, as somebody might in the console. Throws where there is none of this name. */
export async function replacePolicy(endpoint: string, name: string, content: object): Promise<void> {
  const client = new Organizations({ endpoint, region: "us-east-1", credentials: EMULATOR_CREDENTIALS });
  const { Policies = [] } = await client.listPolicies({ Filter: "SERVICE_CONTROL_POLICY" });
  const PolicyId = Policies.find((policy) => policy.Name === name)?.Id;
  if (PolicyId === undefined) throw new Error(`the organization has no policy ${name}`);
  await client.updatePolicy({ PolicyId, Content: JSON.stringify(content) });
  client.destroy();
}

/** Creates an account and waits until it is there; its id. */
async function createAccount(client: Organizations, AccountName: string, Email: string): Promise<string> {
  const created = await client.createAccount({ AccountName, Email });
  for (;;) {
    const CreateAccountRequestId = created.CreateAccountStatus?.Id;
    const asked = await client.describeCreateAccountStatus({ CreateAccountRequestId });
    const { State, AccountId, FailureReason } = asked.CreateAccountStatus ?? {};
    if (State === "SUCCEEDED") return AccountId ?? "";
    if (State === "FAILED") throw new Error(`the account ${AccountName} was not created: ${FailureReason}`);
  }
}

/** Creates a public repository in another account. */
async function createRepository(endpoint: string, account: string, repositoryName: string): Promise<void> {
  const options = { endpoint, region: "us-east-1" };
  const sts = new STS({ ...options, credentials: EMULATOR_CREDENTIALS });
  const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
  const { Credentials } = await sts.assumeRole({ RoleArn, RoleSessionName: "by-hand" });
  sts.destroy();
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const ecr = new ECRPUBLIC({ ...options, credentials });
  await ecr.createRepository({ repositoryName });
  ecr.destroy();
}
