import { parseAddress } from "../terraform/address.js";
import type { OrganizationData } from "../terraform/data.js";
import { type Finding, type Inventory, NOTHING_FOUND } from "../terraform/inventory.js";
import {
  ACCOUNT,
  ASSIGNMENT,
  ATTACHMENT,
  CONTACT,
  GROUP,
  MEMBERSHIP,
  PERMISSION_SET,
  POLICY,
  SET_BOUNDARY,
  SET_INLINE_POLICY,
  SET_MANAGED_POLICY,
  SET_OWN_POLICY,
  SET_POLICIES,
  UNIT,
  USER,
} from "../terraform/resource-types.js";
import { type Look, lookAround } from "./adoption.js";
import type { BootstrapApi } from "./api.js";
import { planAdoption } from "./plan-adoption.js";
import type { Repository } from "./repository.js";

/** The words for an import, from the key of its address; the others are named by their address. */
const WORDS: Readonly<Record<string, (key: string, parts: readonly string[]) => string>> = {
  [ACCOUNT]: (key) => `account ${key}`,
  [ASSIGNMENT]: (_, [account, group, ...set]) => `group ${group}, ${set.join("/")} in account ${account}`,
  [ATTACHMENT]: (_, [policy, ...target]) => `policy ${policy}, at ${target.join("/")}`,
  [CONTACT]: (_, [account, type]) => `${type} contact of account ${account}`,
  [GROUP]: (key) => `group ${key}`,
  [MEMBERSHIP]: (_, [group, ...person]) => `${person.join("/")} in group ${group}`,
  [PERMISSION_SET]: (key) => `permission set ${key}`,
  [POLICY]: (key) => `policy ${key}`,
  [SET_BOUNDARY]: (key) => `boundary of permission set ${key}`,
  [SET_INLINE_POLICY]: (key) => `inline policy of permission set ${key}`,
  [SET_MANAGED_POLICY]: (_, [set, ...policy]) => `policy ${policy.join("/")} of permission set ${set}`,
  [SET_OWN_POLICY]: (_, [set, ...policy]) => `policy ${policy.join("/")} of permission set ${set}`,
  [UNIT]: (key) => `OU ${key}`,
  [USER]: (key) => `person ${key}`,
};
const ACCESS = [ASSIGNMENT, MEMBERSHIP, PERMISSION_SET, USER, ...SET_POLICIES];

/**
 * Looks for what AWS has and neither the data nor the state knows: whatever `adopt` would import, and what it would leave alone. Closed
 * accounts are left out. Changes nothing. Throws `account-wrong` and `adopt-differs`.
 */
export async function takeInventory(
  api: BootstrapApi,
  repository: Repository,
  { now, ...options }: { onProgress: (line: string) => void; readOnly: boolean; now: Date },
): Promise<Inventory> {
  const look = await lookAround(api, repository, { ...options, members: false, githubUrl: undefined });
  return compareInventory(look, repository, now.toISOString().slice(0, 10));
}

/** What was read, against the data and the state. */
export function compareInventory(
  { snapshot, facts }: Look,
  { body, data }: { body: Record<string, unknown>; data: Pick<OrganizationData, "exceptions"> },
  today: string,
): Inventory {
  const unseen = snapshot.unread;
  // Without the state nothing can be told from what it has.
  if (snapshot.managed === undefined) return { ...NOTHING_FOUND, unseen };
  const { imports, left } = planAdoption(snapshot, body, facts);
  const beside = imports.map(({ address }) => describeImport(address));
  const other = left.filter(({ kind }) => kind !== "closed");
  const found = [...beside, ...other.map(({ what, reason, kind }) => ({ what, reason, isAccess: kind === "access" }))];
  return { ...applyExceptions(found, data.exceptions, today), unseen };
}

function describeImport(address: string): Finding {
  const { type, key } = parseAddress(address);
  return {
    what: (key !== undefined && WORDS[type]?.(key, key.split("/"))) || address,
    reason: "somebody made it, and adopt has not taken it in",
    isAccess: ACCESS.includes(type),
  };
}

/**
 * Takes out what the data lets stay. An exception that is over, or that lets access stay without a last day, counts no more; one that nothing
 * needs is told.
 */
function applyExceptions(
  all: readonly Finding[],
  exceptions: OrganizationData["exceptions"],
  today: string,
): Pick<Inventory, "found" | "notes"> {
  const rest = new Map(Object.entries(exceptions));
  const notes: string[] = [];
  const found = all.flatMap((finding) => {
    const what = finding.what.normalize("NFC");
    const exception = rest.get(what);
    if (exception === undefined) return [finding];
    rest.delete(what);
    const { reason, expires } = exception;
    if (finding.isAccess && !expires)
      return [explain(finding, "its exception needs expires, a last day, as this is access")];
    if (expires && expires < today) return [explain(finding, `its exception ended on ${expires}: ${reason}`)];
    notes.push(`${what} may stay${expires ? ` until ${expires}` : ""}: ${reason}`);
    return [];
  });
  const unused = [...rest.keys()].map((what) => `exceptions: ${what} is no longer there; remove the line`);
  return { found, notes: [...notes, ...unused] };
}

const explain = (finding: Finding, reason: string): Finding => ({ ...finding, reason: `${finding.reason}; ${reason}` });
