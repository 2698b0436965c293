import { holds } from "./condition.js";
import type { PatternList, Policy, Statement } from "./document.js";
import { type Context, matchArn, matchPattern, type Pattern, resolvePattern } from "./pattern.js";
import { refuseJudgement } from "./refusal.js";

/** A request as AWS sees it when it looks at policies. */
export interface Request {
  /** `service:Operation`. */
  action: string;
  /** An ARN, or `*` for an operation that has no resource. */
  resource: string;
  /** Type → the names by which a policy may mean whoever asks: session, role and account for an AWS principal. */
  principal: Readonly<Record<string, readonly string[]>>;
  context: Context;
}

/** The policies that a request meets. */
export interface Situation {
  /** Policies of the organization; none for the management account. AWS attaches FullAWSAccess to every node besides. */
  controls: readonly Policy[];
  /** What the identity that asks may do. */
  identity: readonly Policy[];
  /** The policy of the bucket or role that the request is about. */
  resource?: Policy;
  /** Whether who asks and what it asks for are of different accounts. */
  crossAccount: boolean;
}

/** What AWS would answer. */
export interface Verdict {
  allowed: boolean;
  /** What decided, in a few words. */
  by: string;
}

/**
 * Judges a request: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. A deny anywhere wins; else the
 * identity or the resource's policy must allow, both across accounts, and the trust policy always for whoever takes a role.
 * Throws `policy-unjudged` where it has no rule.
 */
export function judge(request: Request, { controls, identity, resource, crossAccount }: Situation): Verdict {
  const all = [...controls, ...identity, ...(resource === undefined ? [] : [resource])];
  for (const policy of all) {
    const deny = findStatement(policy, "Deny", request);
    if (deny !== undefined) return { allowed: false, by: `denied by ${policy.subject} ${deny.name}` };
  }
  const byIdentity = identity.some((policy) => findStatement(policy, "Allow", request) !== undefined);
  const byResource = resource !== undefined && findStatement(resource, "Allow", request) !== undefined;
  const needs = resource?.kind === "trust" ? findNeeds(request, crossAccount) : crossAccount ? "both" : "either";
  if (needs === "either") return conclude(byIdentity || byResource, "no policy allows it");
  if (!byResource)
    return conclude(
      false,
      resource === undefined ? "no policy there allows it" : `${resource.subject} does not allow it`,
    );
  return conclude(needs === "trust" || byIdentity, "no policy of who asks allows it");
}

const conclude = (allowed: boolean, reason: string): Verdict => ({ allowed, by: allowed ? "allowed" : reason });

/** Who comes with a token of an identity provider has no policies of its own: the trust policy is all there is. */
function findNeeds(request: Request, crossAccount: boolean): "both" | "trust" {
  if (request.principal.Federated !== undefined) return "trust";
  if (!crossAccount) throw refuseJudgement(request.resource, "there is no rule for taking a role of one's own account");
  return "both";
}

/** The first statement of this effect that is about the request. */
export function findStatement(policy: Policy, effect: Statement["effect"], request: Request): Statement | undefined {
  return policy.statements.find((statement) => statement.effect === effect && applies(statement, request));
}

function applies({ actions, resources, principals, conditions }: Statement, request: Request): boolean {
  const { context } = request;
  return (
    matchList(actions, (pattern) => matchPattern(pattern, request.action, { ignoreCase: true })) &&
    (resources === undefined ||
      matchList(resources, (pattern) => matchResource(pattern, resources.negated, request))) &&
    (principals === undefined || principals === "*" || matchPrincipal(principals, request.principal)) &&
    conditions.every((condition) => holds(condition, context))
  );
}

function matchList({ negated, patterns }: PatternList, matches: (pattern: Pattern) => boolean): boolean {
  return patterns.some(matches) !== negated;
}

function matchResource(pattern: Pattern, negated: boolean, { resource, context }: Request): boolean {
  const [only] = pattern;
  if (pattern.length === 1 && typeof only === "object" && "wildcard" in only) return true;
  const resolved = resolvePattern(pattern, context);
  if (resolved === undefined && negated) throw refuseJudgement("NotResource", "the request lacks one of its variables");
  return resolved !== undefined && matchArn(resolved, resource);
}

function matchPrincipal(principals: ReadonlyMap<string, readonly string[]>, asking: Request["principal"]): boolean {
  // {"AWS": "*"} is everybody, also who did not sign in.
  if (principals.get("AWS")?.includes("*")) return true;
  return Object.entries(asking).some(([type, names]) => names.some((name) => principals.get(type)?.includes(name)));
}
