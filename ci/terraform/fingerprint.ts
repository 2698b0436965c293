import { GenesisError } from "../lib/errors.js";
import { hashBytes } from "../lib/hash.js";
import { quoteText } from "../lib/names.js";
import { type Change, classifyChange, type Plan } from "./plan.js";

/** Raised when the same plan would give another fingerprint, so that no older approval is taken. */
const FORMAT = "plan1";
const PART = /^[0-9a-f]{12}$/;
const WHOLE = /^[0-9a-f]{64}$/;
const CHECK = /^[0-9a-f]{8}$/;

/** What stands before a plan and decides it. All hashes are SHA-256, hexadecimal. */
export interface PlanBasis {
  /** Hash of `terraform/`, the lock file left out. */
  code: string;
  /** Hash of the lock file: the providers. */
  lock: string;
  /** The state's lineage; empty before the first apply. */
  lineage: string;
  /** The commit that the approval is for, where one was given. */
  revision?: string;
  /** The container that Terraform runs in, where it is one of a deployment. */
  environment?: string;
}

/** A parsed fingerprint: a hash of the whole, and the first digits of its parts, which say what differs. */
export interface Fingerprint {
  code: string;
  lock: string;
  state: string;
  whole: string;
}

/** Hashes a plan and its basis. Two plans that would do the same to the same state from the same code are equal. */
export function computeFingerprint(plan: Plan, basis: PlanBasis): Fingerprint {
  return {
    ...hashBasis(basis),
    state: hashBytes(basis.lineage).slice(0, 12),
    whole: hashBytes(stringifySorted([FORMAT, basis, plan.terraform_version, normalizePlan(plan)])),
  };
}

/** The parts that are known before Terraform starts. */
export function hashBasis({ code, lock, revision, environment }: Omit<PlanBasis, "lineage">) {
  return {
    code: hashBytes(stringifySorted([code, revision])).slice(0, 12),
    lock: hashBytes(environment === undefined ? lock : stringifySorted([lock, environment])).slice(0, 12),
  };
}

/** The fingerprint as text: `plan1.<code>.<lock>.<state>.<whole>.<check>`. */
export function formatFingerprint({ code, lock, state, whole }: Fingerprint): string {
  const text = [FORMAT, code, lock, state, whole].join(".");
  return `${text}.${hashBytes(text).slice(0, 8)}`;
}

/** Parses a fingerprint. Throws `fingerprint-invalid`; its check digits show a damaged one before Terraform starts. */
export function parseFingerprint(text: string): Fingerprint {
  const [format, code = "", lock = "", state = "", whole = "", check = "", ...rest] = text.trim().split(".");
  const parsed = { code, lock, state, whole };
  const parts = [code, lock, state].every((part) => PART.test(part)) && WHOLE.test(whole) && CHECK.test(check);
  if (format === FORMAT && parts && rest.length === 0 && formatFingerprint(parsed) === text.trim()) return parsed;
  throw new GenesisError({
    code: "fingerprint-invalid",
    subject: `expect ${quoteText(text)}`,
    fact: "it is not a fingerprint of tf-plan, or it is damaged",
  });
}

/**
 * What a plan does, without what may differ between two runs of the same: the order of resources, and the attributes of
 * resources that do not change (an unchanged account shows its status there).
 */
function normalizePlan(plan: Plan): unknown {
  const resources = plan.resource_changes.map((each) => {
    const { address, previous_address, deposed = "", mode, type, provider_name, change } = each;
    return stringifySorted([address, deposed, previous_address, mode, type, provider_name, normalizeChange(change)]);
  });
  const outputs = Object.entries(plan.output_changes).map(([name, change]) => [name, normalizeChange(change)]);
  return [plan.complete ?? true, resources.sort(), Object.fromEntries(outputs)];
}

function normalizeChange(change: Change): unknown {
  return classifyChange(change) === "none" ? "none" : change;
}

/** JSON with sorted keys and without undefined fields: equal values give equal text. */
export function stringifySorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
