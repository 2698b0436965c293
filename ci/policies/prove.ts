import { GenesisError, throwErrors } from "../lib/errors.js";
import { type AccessRow, judgeAccess } from "./access/judge-access.js";
import type { Policy } from "./document.js";
import { type PlannedPolicies, parsePlanned, readPlannedPolicies } from "./planned.js";
import type { RoleName } from "./trust/intended.js";
import { judgeTrust, type TrustRow } from "./trust/judge-trust.js";

/** Both matrices, judged. */
export interface Proof {
  trust: readonly TrustRow[];
  access: readonly AccessRow[];
  /** What guards the state bucket besides its policy: setting → value. */
  bucketSettings: Readonly<Record<string, unknown>>;
}

/** Settings without which the state bucket would lose versions or become public. */
const BUCKET_SETTINGS: Readonly<Record<string, unknown>> = {
  versioning: "Enabled",
  block_public_acls: true,
  block_public_policy: true,
  ignore_public_acls: true,
  restrict_public_buckets: true,
};

/** One mistake can turn hundreds of rows. */
const ERRORS_SHOWN = 20;

/**
 * Judges every row by the policies of a plan, the output of `terraform test -json -verbose`. Throws `policies-unplanned` or `policy-unjudged`
 * where it cannot; a row that is not as intended is found by `checkProof`.
 */
export function provePolicies(output: string): Proof {
  const planned = readPlannedPolicies(output);
  return proveBy(planned, parsePlanned(planned));
}

/** Judges every row by these policies: address → policy. */
export function proveBy(
  planned: PlannedPolicies,
  policies: ReadonlyMap<string, Policy>,
  managed?: ReadonlyMap<string, Policy>,
): Proof {
  return {
    trust: judgeTrust(policies),
    access: judgeAccess(planned, policies, managed),
    bucketSettings: planned.bucketSettings,
  };
}

/** A line on what was proved. Throws `trust-differs` or `policy-differs` for each row that is not as intended. */
export function checkProof({ trust, access, bucketSettings }: Proof): string {
  const errors = [...trust.flatMap(checkTrust), ...access.flatMap(checkAccess), ...checkSettings(bucketSettings)];
  const rest = errors.splice(ERRORS_SHOWN).length;
  if (rest > 0) errors.push(refuseAccess("the rest", `${rest} more rows are not as intended`));
  throwErrors(errors);
  return `${trust.length} sets of claims for each of 3 roles and ${access.length} requests judged as intended`;
}

function checkTrust({ kind, claims, action, admitted, intended }: TrustRow): GenesisError[] {
  const roles = (Object.keys(intended) as RoleName[]).filter((role) => admitted[role] !== intended[role]);
  return roles.map(
    (role) =>
      new GenesisError({
        code: "trust-differs",
        subject: `terraform/ genesis-${role}`,
        fact: `its trust policy ${admitted[role] ? "admits" : "refuses"} ${kind}: ${JSON.stringify({ ...claims, action })}`,
        effect: "Nothing was planned or applied",
        next: "correct the trust policy in terraform/github.tf, or ci/policies/trust/intended.ts where this is meant; then npm run trust",
      }),
  );
}

function checkAccess({ topic, who, action, resource, tls, allowed, verdict }: AccessRow): GenesisError[] {
  if (verdict.allowed === allowed) return [];
  const request = `${action} on ${resource}${tls ? "" : " without TLS"} by ${who.name}`;
  return [
    refuseAccess(
      topic,
      `${request} is ${verdict.allowed ? "allowed, and must not be" : `not: ${verdict.by}; it must be`}`,
    ),
  ];
}

function checkSettings(settings: Proof["bucketSettings"]): GenesisError[] {
  return Object.entries(BUCKET_SETTINGS)
    .filter(([name, value]) => settings[name] !== value)
    .map(([name, value]) =>
      refuseAccess("the state bucket", `${name} is ${String(settings[name])}, and must be ${value}`),
    );
}

function refuseAccess(topic: string, fact: string): GenesisError {
  return new GenesisError({
    code: "policy-differs",
    subject: `terraform/ ${topic}`,
    fact,
    effect: "Nothing was planned or applied",
    next: "correct the policy in terraform/, or the questions of ci/policies/access where this is meant; then npm run trust",
  });
}
