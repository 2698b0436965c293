import { ApiError, answerQuery, escapeXml } from "../answer.js";
import type { ApiCall } from "../call.js";
import type { Handler, Handlers } from "../handler.js";
import { readObject, readString } from "../input.js";
import type { MotoClient } from "../moto-client.js";
import type { ServiceAccess } from "../organizations/service-access.js";

type Feature = "RootCredentialsManagement" | "RootSessions";

/**
 * Central root access: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html,
 * API_EnableOrganizationsRootSessions.html, their Disable… and API_ListOrganizationsFeatures.html. All need an organization that
 * trusts iam.amazonaws.com, and its management account.
 */
export function handleOrganizationsFeatures(access: ServiceAccess): Handlers {
  const featuresByOrganization = new Map<string, Set<Feature>>();
  const change =
    (apply: (features: Set<Feature>) => void): Handler =>
    async (call, moto) => {
      const id = await checkOrganization(call, moto, access);
      const features = featuresByOrganization.get(id) ?? new Set();
      apply(features);
      featuresByOrganization.set(id, features);
      const members = [...features].map((feature) => `<member>${feature}</member>`).join("");
      const result = `<OrganizationId>${escapeXml(id)}</OrganizationId><EnabledFeatures>${members}</EnabledFeatures>`;
      return answerQuery(call.operation, result);
    };
  return {
    ListOrganizationsFeatures: change(() => {}),
    EnableOrganizationsRootCredentialsManagement: change((features) => features.add("RootCredentialsManagement")),
    EnableOrganizationsRootSessions: change((features) => features.add("RootSessions")),
    DisableOrganizationsRootCredentialsManagement: change((features) => features.delete("RootCredentialsManagement")),
    DisableOrganizationsRootSessions: change((features) => features.delete("RootSessions")),
  };
}

/** The caller's organization, when the caller may manage root access in it. */
async function checkOrganization(call: ApiCall, moto: MotoClient, access: ServiceAccess): Promise<string> {
  const answer = await moto.ask(call, "organizations", "DescribeOrganization", {}).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError("OrganizationNotFoundException", "The account is not a member of an organization", 404);
  });
  const organization = readObject(answer, "Organization");
  const account = await moto.getAccount(call);
  if (organization.MasterAccountId !== account) {
    throw new ApiError(
      "AccountNotManagementOrDelegatedAdministratorException",
      `Account ${account} is not the management account`,
    );
  }
  if (!access.get(account)?.has("iam.amazonaws.com")) {
    throw new ApiError("ServiceAccessNotEnabledException", "Service access is not enabled for iam.amazonaws.com");
  }
  return readString(organization, "Id");
}
