import type { Policy } from "../document.js";
import { judge, type Request, type Verdict } from "../judge.js";
import type { PlannedPolicies } from "../planned.js";
import { refuseJudgement } from "../refusal.js";
import { MANAGED_POLICIES, MEMBER_ROLE_TRUST } from "./managed-policies.js";
import { MEMBER_QUESTIONS } from "./member-questions.js";
import { PLATFORM_QUESTIONS } from "./platform-questions.js";
import { ACCOUNTS, type Asking } from "./principals.js";
import type { Question } from "./question.js";

/** A row of the access matrix. */
export interface AccessRow extends Question {
  verdict: Verdict;
}

/** Judges every question by the planned policies, and by AWS's managed ones. */
export function judgeAccess(
  planned: PlannedPolicies,
  policies: ReadonlyMap<string, Policy>,
  managed: ReadonlyMap<string, Policy> = MANAGED_POLICIES,
): AccessRow[] {
  return [...MEMBER_QUESTIONS, ...PLATFORM_QUESTIONS].map((question) => ({
    ...question,
    verdict: judgeQuestion(question, planned, policies, managed),
  }));
}

function judgeQuestion(
  { who, action, resource, tls }: Question,
  planned: PlannedPolicies,
  policies: ReadonlyMap<string, Policy>,
  managed: ReadonlyMap<string, Policy>,
): Verdict {
  const find = (address: string) => findIn(policies, address);
  const held = readHeld(who, planned);
  const target = findTarget(resource, planned, policies);
  return judge(makeRequest(who, action, resource, tls), {
    controls: listControls(who, planned).map(find),
    identity: [...held.inline.map(find), ...held.managed.map((name) => findIn(managed, name))],
    // A trust policy is about who takes the role, and about no other request.
    ...(target.policy &&
      (target.policy.kind !== "trust" || action === "sts:AssumeRole") && { resource: target.policy }),
    crossAccount: target.account !== undefined && target.account !== who.account,
  });
}

function listControls({ account }: Asking, { controls }: PlannedPolicies): readonly string[] {
  // AWS puts no policy over the management account.
  return account === ACCOUNTS.management ? [] : findIn(controls, account);
}

function readHeld(
  { arn, may }: Asking,
  { roles }: PlannedPolicies,
): { inline: readonly string[]; managed: readonly string[] } {
  if (may !== "as planned") return { inline: [], managed: may };
  const role = roles.find((each) => each.arn === arn);
  if (role === undefined) throw refuseJudgement(arn, "the role is not in the plan");
  return role;
}

/** The policy and the account of what is asked for: a role's trust, or the state bucket's. */
function findTarget(
  resource: string,
  { roles, buckets }: PlannedPolicies,
  policies: ReadonlyMap<string, Policy>,
): { policy?: Policy; account?: string } {
  const account = /^arn:aws:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
  if (resource.endsWith(":role/OrganizationAccountAccessRole"))
    return { policy: MEMBER_ROLE_TRUST, ...(account && { account }) };
  const role = roles.find(({ arn }) => arn === resource);
  if (role !== undefined) return { policy: findIn(policies, role.trust), account: role.account };
  const bucket = [...buckets].find(([arn]) => resource === arn || resource.startsWith(`${arn}/`));
  if (bucket !== undefined) return { policy: findIn(policies, bucket[1]), account: ACCOUNTS.management };
  return { ...(account && { account }) };
}

function makeRequest({ arn, account, context }: Asking, action: string, resource: string, tls: boolean): Request {
  const keys = {
    "aws:PrincipalArn": arn,
    "aws:PrincipalAccount": account,
    "aws:SecureTransport": String(tls),
    ...context,
  };
  return {
    action,
    resource,
    principal: { AWS: [arn, account, `arn:aws:iam::${account}:root`] },
    context: new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value]])),
  };
}

function findIn<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw refuseJudgement(key, "the plan does not have it");
  return value;
}
