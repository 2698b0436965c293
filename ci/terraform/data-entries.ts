import { isObject } from "../lib/objects.js";
import { MANAGEMENT } from "./code.js";
import type { HclBody } from "./parse-hcl.js";
import {
  ACCOUNT,
  ASSIGNMENT,
  ATTACHMENT,
  CONTACT,
  GROUP,
  MEMBERSHIP,
  PERMISSION_SET,
  POLICY,
  SET_POLICIES,
  UNIT,
  USER,
} from "./resource-types.js";

/** The field of the data with whose keys the keys of a resource start, as terraform/*.tf has them. */
const FIELDS: Readonly<Record<string, string>> = {
  [ACCOUNT]: "accounts",
  [ASSIGNMENT]: "accounts",
  [ATTACHMENT]: "policies",
  [CONTACT]: "accounts",
  [GROUP]: "groups",
  [MEMBERSHIP]: "groups",
  [PERMISSION_SET]: "permission_sets",
  [POLICY]: "policies",
  [UNIT]: "ous",
  [USER]: "people",
  ...Object.fromEntries(SET_POLICIES.map((type) => [type, "permission_sets"])),
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
