import { isDeepStrictEqual } from "node:util";
import { readJson } from "../lib/read-json.js";
import { formatAddress } from "../terraform/address.js";
import { ATTACHMENT, POLICY } from "../terraform/resource-types.js";
import type { AccountKeys } from "./adopt-accounts.js";
import { isAdopted, placeDocument } from "./adopt-documents.js";
import { type Draft, formatPath, importAs, leave, listTexts, readAt, writeEntry, writeField } from "./adopt-draft.js";
import { describeName, findNamed, resolveKeys } from "./adopt-keys.js";
import { type Places, POLICY_TYPES } from "./adopt-organization.js";
import { isActive, type SeenOrganization, type SeenPolicy } from "./snapshot.js";

/** The type of a policy whose entry names none. */
const DEFAULT_TYPE = "SERVICE_CONTROL_POLICY";

/** Adopts the policies of the organization, their texts and what they are attached to. One of the data with another text is not overwritten. */
export function adoptPolicies(
  draft: Draft,
  { policies = [], managementId, ous, accounts: seenAccounts }: SeenOrganization,
  places: Places,
  accounts: AccountKeys,
): void {
  const known = policies.filter(({ name, type }) => {
    if (POLICY_TYPES.includes(type)) return true;
    leave(draft, `policy ${name}`, `the AWS provider does not know its type ${type}`);
    return false;
  });
  const describe = (id: string) =>
    id === managementId
      ? "the management account"
      : (ous.find((ou) => ou.id === id)?.path.join("/") ?? seenAccounts.find((each) => each.id === id)?.name ?? id);
  const isType = (type: string) => (entry: Record<string, unknown>) => (entry.type ?? DEFAULT_TYPE) === type;
  const resolved = resolveKeys<SeenPolicy>(
    draft,
    {
      field: "policies",
      type: POLICY,
      noun: "policy",
      nameOf: ({ name }) => name,
      match: ({ name, type }, entries) => {
        const same = new Map([...entries].filter(([, entry]) => isType(type)(entry)));
        return findNamed(same, (each) => each === name.normalize("NFC"));
      },
      matchByName: false,
      exact: true,
    },
    known,
  );
  for (const { seen, key, isNew, isManaged } of resolved) {
    const { value: document } = readJson(seen.content);
    if (document === undefined) {
      leave(draft, `policy ${seen.name} (${seen.id})`, "its text is not plain JSON");
      continue;
    }
    if (!isNew && !isManaged && hasOtherText(draft, key, document)) {
      leave(draft, `policy ${seen.name} (${seen.id})`, "the data has one of this name with another text");
      draft.wanted.push(
        `${formatPath(["policies", key, "name"])}: another name than ${seen.name}, which a policy of AWS has`,
      );
      continue;
    }
    const path = ["policies", key];
    if (!isManaged) {
      writeEntry(draft, path, {
        description: { value: seen.description },
        file: { value: placeDocument(draft, [...path, "file"], key, document) },
        type: { value: seen.type, otherwise: DEFAULT_TYPE },
        name: describeName(key, seen.name),
      });
      importAs(draft, formatAddress(POLICY, "this", key), seen.id);
    }
    const targets = seen.targets.flatMap((id) => {
      const target = nameTarget(id, places, accounts, managementId);
      const closed = seenAccounts.some((each) => each.id === id && !isActive(each)) ? "closed" : undefined;
      const place = `policy ${seen.name}, at ${describe(id)}`;
      if (target === undefined) leave(draft, place, "the data has no such target", closed);
      return target === undefined
        ? []
        : [{ id, target, address: formatAddress(ATTACHMENT, "this", `${key}/${target}`) }];
    });
    const fresh = targets.filter(({ address }) => !draft.managed.has(address));
    const present = isManaged ? listTexts(draft, [...path, "targets"]) : [];
    const wanted = [...present, ...(isManaged ? fresh : targets).map(({ target }) => target).sort()];
    writeField(draft, [...path, "targets"], { value: [...new Set(wanted)], unordered: true });
    for (const { id, address } of fresh) importAs(draft, address, `${id}:${seen.id}`);
  }
}

/** One that was adopted before follows AWS; one of the repository's own does not. */
function hasOtherText(draft: Draft, key: string, document: unknown): boolean {
  const file = String(readAt(draft, ["policies", key, "file"]));
  return !isAdopted(file) && !isDeepStrictEqual(draft.documents.get(file), document);
}

/** A target as the data writes it: a policy at the management account has no word there. */
function nameTarget(id: string, places: Places, accounts: AccountKeys, managementId: string): string | undefined {
  const place = places.get(id);
  if (place !== undefined) return place === "root" ? "root" : `ou:${place}`;
  return id === managementId ? undefined : accounts.get(id);
}
