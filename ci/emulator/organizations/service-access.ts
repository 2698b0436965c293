import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { now, readObjects } from "../input.js";

/** Services that may be trusted, and that moto refuses. */
const MISSING = new Set(["iam.amazonaws.com"]);

/** Trusted services beside those that moto knows, with the time they were enabled, by management account. */
export type ServiceAccess = Map<string, Map<string, number>>;

/**
 * Trusted access: https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html,
 * API_DisableAWSServiceAccess.html, API_ListAWSServiceAccessForOrganization.html.
 */
export function handleServiceAccess(access: ServiceAccess): Handlers {
  const isMissing = (principal: unknown): principal is string =>
    typeof principal === "string" && MISSING.has(principal);
  return {
    EnableAWSServiceAccess: async (call, moto) => {
      const principal = call.input.ServicePrincipal;
      if (!isMissing(principal)) return moto.forward(call);
      // Throws where there is no organization.
      await moto.ask(call, "organizations", "DescribeOrganization", {});
      const account = await moto.getAccount(call);
      const enabled = access.get(account) ?? new Map<string, number>();
      access.set(account, enabled.set(principal, enabled.get(principal) ?? now()));
      return answerJson({});
    },

    DisableAWSServiceAccess: async (call, moto) => {
      const principal = call.input.ServicePrincipal;
      if (!isMissing(principal)) return moto.forward(call);
      access.get(await moto.getAccount(call))?.delete(principal);
      return answerJson({});
    },

    ListAWSServiceAccessForOrganization: async (call, moto) => {
      const answer = await moto.forwardJson(call);
      const enabled = [...(access.get(await moto.getAccount(call)) ?? [])];
      const added = enabled.map(([ServicePrincipal, DateEnabled]) => ({ ServicePrincipal, DateEnabled }));
      const known = readObjects(answer, "EnabledServicePrincipals");
      return answerJson({ ...answer, EnabledServicePrincipals: [...known, ...added] });
    },

    DeleteOrganization: async (call, moto) => {
      const answer = await moto.forwardJson(call);
      access.delete(await moto.getAccount(call));
      return answerJson(answer);
    },
  };
}
