import { groupBy } from "../../lib/group-by.js";
import { begins, type Effect, readAttribute, remains, splitKey } from "../effects.js";
import { ACCOUNT, ATTACHMENT, UNIT } from "../resource-types.js";
import { findPlace, listAbove, nameUnits } from "../tree.js";
import { type Family, goes, isThere, listSome } from "./loss.js";

/**
 * Policies that an account inherits where it is, and neither inherits nor has where it will be. A policy that is detached is told as that.
 * Before, ids are what counts, for they are known; after, keys, for the id of an OU may be still to come.
 */
export const listInherited: Family = ({ plan, of }) => {
  const names = nameUnits(plan);
  const parents = new Map(
    of(UNIT).map((unit) => [readAttribute(unit, "id").before, readAttribute(unit, "parent_id").before]),
  );
  const staying = of(ATTACHMENT).filter((each) => isThere(each, "before") && !goes(each));
  const byId = groupBy(staying, (each) => readAttribute(each, "target_id").before);
  const attached = new Set(
    of(ATTACHMENT)
      .filter((each) => isThere(each, "after"))
      .map(({ key }) => key),
  );
  const listFor = (account: Effect) => {
    const place = findPlace(account, plan, names).after ?? "unknown";
    const reached = ["root", ...listAbove(place).map((path) => `ou:${path}`), account.key];
    const inherited = listChain(readAttribute(account, "parent_id").before, parents).flatMap(
      (id) => byId.get(id) ?? [],
    );
    return [...groupBy(inherited, ({ key }) => splitKey(key).owner)]
      .filter(([policy]) => !reached.some((target) => attached.has(`${policy}/${target}`)))
      .map(([policy, from]) => ({
        name: `inherited-policy:${account.key}/${policy}`,
        old: `inherited from ${listSome(from.map(({ key }) => splitKey(key).rest))}`,
        new: `not inherited in ${place}`,
      }));
  };
  return of(ACCOUNT)
    .filter((account) => remains(account) && !begins(account))
    .flatMap(listFor);
};

/** An id and those above it, as far as the plan knows them. */
function listChain(id: unknown, parents: ReadonlyMap<unknown, unknown>): unknown[] {
  const chain: unknown[] = [];
  for (let at = id; typeof at === "string" && !chain.includes(at); at = parents.get(at)) chain.push(at);
  return chain;
}
