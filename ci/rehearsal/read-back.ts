import { isDeepStrictEqual } from "node:util";
import { useClients } from "./open-clients.js";
import { readBackAccounts } from "./read-back-accounts.js";
import { readBackBuckets } from "./read-back-buckets.js";
import { readBackIdentityCenter } from "./read-back-identity-center.js";
import { type Lines, sortLines } from "./read-back-lines.js";
import { readBackOrganization } from "./read-back-organization.js";

/**
 * Reads everything that `makeUsedOrganization` makes, and whatever else is of the same kinds, by calls of AWS's own clients: neither the
 * module's reader nor Terraform has a part in it. A line for each thing that somebody might miss, such as `account shop tags`, sorted.
 */
export function readBack(endpoint: string): Promise<Lines> {
  return useClients(endpoint, async (clients) => {
    const { accounts, lines } = await readBackOrganization(clients);
    return sortLines({
      ...lines,
      ...(await readBackAccounts(clients, accounts)),
      ...(await readBackIdentityCenter(clients, accounts)),
      ...(await readBackBuckets(clients)),
    });
  });
}

/** What is gone or is another since: `line: before → now`. What came new is nobody's loss. */
export function listLosses(before: Lines, now: Lines): string[] {
  const changed = Object.entries(before).filter(([line, value]) => !isDeepStrictEqual(value, now[line]));
  return changed.map(([line, value]) => `${line}: ${JSON.stringify(value)} → ${JSON.stringify(now[line]) ?? "gone"}`);
}
