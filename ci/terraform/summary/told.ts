import { CONTACT_FIELDS } from "../contacts.js";
import { type Effect, listChangedAttributes } from "../effects.js";
import {
  ACCOUNT,
  ASSIGNMENT,
  ATTACHMENT,
  CONTACT,
  MEMBERSHIP,
  SET_INLINE_POLICY,
  SET_MANAGED_POLICY,
  SET_POLICIES,
  USER,
} from "../resource-types.js";
import { isDescribed } from "./changes.js";

/** Types of which a section of its own tells what comes and goes. */
const TOLD: ReadonlySet<string> = new Set([ACCOUNT, ASSIGNMENT, CONTACT, MEMBERSHIP, USER, ...SET_POLICIES]);
/** Those of them of which it tells too how they change. */
const CHANGES_TOLD: ReadonlySet<string> = new Set([ACCOUNT, ASSIGNMENT, CONTACT, SET_INLINE_POLICY, USER]);

/** Attributes that the sentence of one that is created tells, by its key where the value is an id. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  [ACCOUNT]: ["email", "name", "parent_id", "tags", "tags_all"],
  [ASSIGNMENT]: [
    "instance_arn",
    "permission_set_arn",
    "principal_id",
    "principal_type",
    "region",
    "target_id",
    "target_type",
  ],
  [ATTACHMENT]: ["policy_id", "target_id"],
  [CONTACT]: ["account_id", "alternate_contact_type", ...CONTACT_FIELDS],
  [SET_MANAGED_POLICY]: ["instance_arn", "managed_policy_arn", "permission_set_arn", "region"],
  [MEMBERSHIP]: ["group_id", "identity_store_id", "member_id", "region"],
};

/** Whether the rest need not tell it. */
export const hasSection = ({ kind, change }: Effect): boolean =>
  (kind === "update" ? CHANGES_TOLD : TOLD).has(change.type);

/**
 * Whether the sections tell everything that happens to it, so that its diff says nothing more: it goes, or is imported as it is; it comes, and its sentence
 * has each attribute that is set; or it changes, and each change stands there as old → new.
 */
export function isToldWhole(effect: Effect): boolean {
  const { kind, change } = effect;
  if (kind === "create" || kind === "replace") {
    const told = ATTRIBUTES[change.type] ?? [];
    return (
      Object.entries(change.change.after ?? {}).every(([name, value]) => isUnset(value) || told.includes(name)) &&
      told.length > 0
    );
  }
  if (kind !== "update" || change.type === CONTACT) return kind !== "read";
  if (change.type === SET_INLINE_POLICY || change.type === ASSIGNMENT) return false;
  const names = listChangedAttributes(effect);
  return names.every((name) => isDescribed(effect, name) || (change.type === ACCOUNT && name === "parent_id"));
}

const isUnset = (value: unknown) => value === null || value === false || JSON.stringify(value) === "{}";
