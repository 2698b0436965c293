import { isObject } from "../lib/objects.js";
import { MANAGEMENT } from "./code.js";
import type { HclBody } from "./parse-hcl.js";

/** The field of the data with whose keys the keys of a resource start, as terraform/*.tf has them. */
const FIELDS: Readonly<Record<string, string>> = {
  aws_account_alternate_contact: "accounts",
  aws_identitystore_group: "groups",
  aws_identitystore_group_membership: "groups",
  aws_identitystore_user: "people",
  aws_organizations_account: "accounts",
  aws_organizations_organizational_unit: "ous",
  aws_organizations_policy: "policies",
  aws_organizations_policy_attachment: "policies",
  aws_ssoadmin_account_assignment: "accounts",
  aws_ssoadmin_customer_managed_policy_attachment: "permission_sets",
  aws_ssoadmin_managed_policy_attachment: "permission_sets",
  aws_ssoadmin_permission_set: "permission_sets",
  aws_ssoadmin_permission_set_inline_policy: "permission_sets",
  aws_ssoadmin_permissions_boundary_attachment: "permission_sets",
};

/** Whether the data has the entry that an instance belongs to; undefined where the data alone does not tell. */
export function hasEntry(data: HclBody, type: string, key: string): boolean | undefined {
  const field = FIELDS[type] ?? "";
  const entries = Object.hasOwn(data, field) ? data[field] : undefined;
  if (!isObject(entries)) return undefined;
  // An OU's key is its path; others are joined by slashes, which no key of the data holds.
  const entry = field === "ous" ? key : (key.split("/")[0] ?? "");
  return Object.hasOwn(entries, entry) || (field === "accounts" && entry === MANAGEMENT);
}
