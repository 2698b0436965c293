import { readJson } from "../lib/read-json.js";
import { formatAddress } from "../terraform/address.js";
import {
  PERMISSION_SET,
  SET_BOUNDARY,
  SET_INLINE_POLICY,
  SET_MANAGED_POLICY,
  SET_OWN_POLICY,
} from "../terraform/resource-types.js";
import { placeDocument } from "./adopt-documents.js";
import { type Draft, type Field, importAs, leave, readAt, writeEntry, writeField } from "./adopt-draft.js";
import { describeName, resolveKeys } from "./adopt-keys.js";
import type { SeenIdentityCenter, SeenPermissionSet } from "./snapshot.js";

/** What AWS's managed policies begin with; the data has what follows. */
const AWS_POLICY = "arn:aws:iam::aws:policy/";

/** What AWS has attached to a permission set: the address in the code, and the id. */
interface Attached {
  address: string;
  id: string;
  /** As the data writes it. */
  value: unknown;
}

/** Adopts the permission sets and what is attached to them. Returns their keys by ARN. */
export function adoptPermissionSets(draft: Draft, center: SeenIdentityCenter): ReadonlyMap<string, string> {
  const kind = {
    field: "permission_sets",
    type: PERMISSION_SET,
    noun: "permission set",
    nameOf: (set: SeenPermissionSet) => set.name,
  };
  const keys = new Map<string, string>();
  for (const { seen, key, isManaged } of resolveKeys(draft, kind, center.permissionSets)) {
    keys.set(seen.arn, key);
    const ids = `${seen.arn},${center.instanceArn}`;
    const path = ["permission_sets", key];
    if (!isManaged) {
      writeEntry(draft, path, {
        description: { value: seen.description },
        session_duration: { value: seen.sessionDuration, otherwise: "PT1H" },
        relay_state: { value: seen.relayState || undefined },
        name: describeName(key, seen.name),
      });
      importAs(draft, formatAddress(PERMISSION_SET, "this", key), ids);
    }
    adoptList(draft, [...path, "managed_policies"], isManaged, listManaged(draft, seen, key, ids), undefined);
    adoptList(draft, [...path, "customer_managed_policies"], isManaged, listOwn(seen, key, ids), []);
    adoptInline(draft, seen, key, ids);
    adoptBoundary(draft, seen, key, ids);
  }
  return keys;
}

function listManaged(draft: Draft, { managedPolicies, name }: SeenPermissionSet, key: string, ids: string): Attached[] {
  return managedPolicies.flatMap((arn) => {
    if (arn.startsWith(AWS_POLICY)) {
      const value = arn.slice(AWS_POLICY.length);
      return [{ value, address: formatAddress(SET_MANAGED_POLICY, "this", `${key}/${value}`), id: `${arn},${ids}` }];
    }
    leave(draft, `policy ${arn} of permission set ${name}`, `the data has only what begins with ${AWS_POLICY}`);
    return [];
  });
}

function listOwn({ customerManagedPolicies }: SeenPermissionSet, key: string, ids: string): Attached[] {
  return customerManagedPolicies.map(({ name, path }) => ({
    value: { name, path },
    address: formatAddress(SET_OWN_POLICY, "this", `${key}/${name}`),
    id: `${name},${path},${ids}`,
  }));
}

/** A list of what is attached. Of a permission set that the state has, what somebody attached by hand is added. */
function adoptList(
  draft: Draft,
  path: readonly string[],
  isManaged: boolean,
  attached: readonly Attached[],
  otherwise: [] | undefined,
): void {
  const fresh = attached.filter(({ address }) => !draft.managed.has(address));
  const present = ((isManaged && readAt(draft, path)) || []) as unknown[];
  const wanted = dropRepeated([...present, ...(isManaged ? fresh : attached).map(({ value }) => value)]);
  writeField(draft, path, { value: wanted, otherwise, unordered: true } satisfies Field);
  for (const { address, id } of fresh) importAs(draft, address, id);
}

/** Own policies are told by their names: a path that is left out is `/`. */
function dropRepeated(values: readonly unknown[]): unknown[] {
  const byName = new Map<unknown, unknown>();
  for (const value of values) byName.set((value as { name?: string }).name ?? value, value);
  return [...byName.values()];
}

function adoptInline(draft: Draft, { inlinePolicy, name }: SeenPermissionSet, key: string, ids: string): void {
  const address = formatAddress(SET_INLINE_POLICY, "this", key);
  const path = ["permission_sets", key, "inline_policy"];
  if (draft.managed.has(address)) return;
  if (!inlinePolicy) {
    writeAbsent(draft, path, key);
    return;
  }
  const { value: document } = readJson(inlinePolicy);
  if (document === undefined) {
    leave(draft, `inline policy of permission set ${name}`, "it is not plain JSON");
    return;
  }
  writeField(draft, path, { value: placeDocument(draft, path, key, document) });
  importAs(draft, address, ids);
}

function adoptBoundary(draft: Draft, { boundary, name }: SeenPermissionSet, key: string, ids: string): void {
  const address = formatAddress(SET_BOUNDARY, "this", key);
  const path = ["permission_sets", key, "boundary"];
  if (draft.managed.has(address)) return;
  if (boundary === undefined) {
    writeAbsent(draft, path, key);
    return;
  }
  if ("customerManagedPolicy" in boundary) {
    writeField(draft, path, { value: { customer_managed_policy: boundary.customerManagedPolicy } });
  } else if (boundary.managedPolicy.startsWith(AWS_POLICY)) {
    writeField(draft, path, { value: { managed_policy: boundary.managedPolicy.slice(AWS_POLICY.length) } });
  } else {
    leave(draft, `boundary of permission set ${name}`, `the data has only what begins with ${AWS_POLICY}`);
    return;
  }
  importAs(draft, address, ids);
}

/** What AWS does not have is not there; of a permission set that the state has, the data may be about to add it. */
function writeAbsent(draft: Draft, path: readonly string[], key: string): void {
  if (!draft.managed.has(formatAddress(PERMISSION_SET, "this", key))) writeField(draft, path, { value: undefined });
}
