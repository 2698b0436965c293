import type { Policy } from "../document.js";
import { judge } from "../judge.js";
import { refuseJudgement } from "../refusal.js";
import { type ClaimSet, listClaimSets, TOKEN_ACTION } from "./claims.js";
import { AUDIENCE, INTENDED, ISSUER, ROLES, type RoleName } from "./intended.js";

/** A row of the trust matrix. */
export interface TrustRow extends ClaimSet {
  /** Whether the role's trust policy admits these claims. */
  admitted: Readonly<Record<RoleName, boolean>>;
  /** Whether it should. */
  intended: Readonly<Record<RoleName, boolean>>;
}

/** Judges every set of claims by the trust policy of each role: address → policy. */
export function judgeTrust(policies: ReadonlyMap<string, Policy>): TrustRow[] {
  return listClaimSets().map((set) => ({
    ...set,
    admitted: mapRoles((role) => isAdmitted(findTrust(policies, role), role, set)),
    intended: mapRoles((role) => isIntended(role, set)),
  }));
}

function findTrust(policies: ReadonlyMap<string, Policy>, role: RoleName): Policy {
  const policy = policies.get(ROLES[role].address);
  if (policy === undefined) throw refuseJudgement(ROLES[role].address, "the role is not in the plan");
  return policy;
}

function isIntended(role: RoleName, { claims: { iss, aud, sub }, action }: ClaimSet): boolean {
  return action === undefined && iss === ISSUER && aud === AUDIENCE && INTENDED[role].some((each) => each === sub);
}

/** The provider is told by the issuer, and so are the names of the keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
function isAdmitted(resource: Policy, role: RoleName, { claims, action = TOKEN_ACTION }: ClaimSet): boolean {
  const { iss, aud, sub } = claims;
  const { account } = ROLES[role];
  const context = new Map<string, string[]>();
  if (aud !== undefined) context.set(`${iss}:aud`.toLowerCase(), [aud]);
  if (sub !== undefined) context.set(`${iss}:sub`.toLowerCase(), [sub]);
  const request = {
    action,
    resource: `arn:aws:iam::${account}:role/genesis-${role}`,
    principal: { Federated: [`arn:aws:iam::${account}:oidc-provider/${iss}`] },
    context,
  };
  return judge(request, { controls: [], identity: [], resource, crossAccount: false }).allowed;
}

function mapRoles(value: (role: RoleName) => boolean): Record<RoleName, boolean> {
  return { plan: value("plan"), apply: value("apply"), publish: value("publish") };
}
