import type { Organizations } from "@aws-sdk/client-organizations";
import { useClients } from "./open-clients.js";

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
