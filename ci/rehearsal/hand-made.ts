import type { Organizations } from "@aws-sdk/client-organizations";
import { useClients } from "./open-clients.js";

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
export function makeByHand(endpoint: string, dedicated?: { name: string; email: string }): Promise<HandMade> {
  return useClients(endpoint, async ({ organizations, iam, enter }) => {
    const { Organization } = await organizations.createOrganization({ FeatureSet: "ALL" });
    // Without this trust nobody can read the members' contacts, and an apply would write over them.
    await organizations.enableAWSServiceAccess({ ServicePrincipal: "account.amazonaws.com" });
    const root = (await organizations.listRoots({})).Roots?.[0]?.Id;
    const unit = await organizations.createOrganizationalUnit({ ParentId: root, Name: "infrastructure" });
    const ou = unit.OrganizationalUnit?.Id ?? "";
    let account = "";
    if (dedicated !== undefined) {
      account = await createAccount(organizations, dedicated.name, dedicated.email);
      await organizations.moveAccount({ AccountId: account, SourceParentId: root, DestinationParentId: ou });
      await (await enter(account)).ecr.createRepository({ repositoryName: "base" });
    }
    const { OpenIDConnectProviderArn = "" } = await iam.createOpenIDConnectProvider({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
    });
    return { organization: Organization?.Id ?? "", ou, account, provider: OpenIDConnectProviderArn };
  });
}

/** Takes all rights of a role away. */
export async function emptyRole(endpoint: string, RoleName: string): Promise<void> {
  await useClients(endpoint, async ({ iam }) => {
    for (const PolicyName of (await iam.listRolePolicies({ RoleName })).PolicyNames ?? []) {
      await iam.deleteRolePolicy({ RoleName, PolicyName });
    }
    for (const { PolicyArn } of (await iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies ?? []) {
      await iam.detachRolePolicy({ RoleName, PolicyArn });
    }
  });
}

/** Replaces the content of a policy, as somebody might in the console. Throws where there is none of this name. */
export function replacePolicy(endpoint: string, name: string, content: object): Promise<void> {
  return useClients(endpoint, async ({ organizations }) => {
    const { Policies = [] } = await organizations.listPolicies({ Filter: "SERVICE_CONTROL_POLICY" });
    const PolicyId = Policies.find((policy) => policy.Name === name)?.Id;
    if (PolicyId === undefined) throw new Error(`the organization has no policy ${name}`);
    await organizations.updatePolicy({ PolicyId, Content: JSON.stringify(content) });
  });
}

/** Creates an account and waits until it is there; its id. */
export async function createAccount(client: Organizations, AccountName: string, Email: string): Promise<string> {
  const created = await client.createAccount({ AccountName, Email });
  for (;;) {
    const CreateAccountRequestId = created.CreateAccountStatus?.Id;
    const asked = await client.describeCreateAccountStatus({ CreateAccountRequestId });
    const { State, AccountId, FailureReason } = asked.CreateAccountStatus ?? {};
    if (State === "SUCCEEDED") return AccountId ?? "";
    if (State === "FAILED") throw new Error(`the account ${AccountName} was not created: ${FailureReason}`);
  }
}
