import { formatAddress } from "../terraform/address.js";
import type { Names } from "./adopt-organization.js";
import { chooseEntry } from "./choose-key.js";
import { addDocument, isSameJson, type ReadDocument } from "./documents.js";
import { type Draft, listEntries, listKeys, nameEntry } from "./draft.js";
import type { SeenOrganization, SeenPolicy } from "./snapshot.js";

const DEFAULT_TYPE = "SERVICE_CONTROL_POLICY";

/** Policies of people with where they are attached; one of our name with another text is left alone. */
export function adoptPolicies(
  draft: Draft,
  organization: SeenOrganization,
  names: Names,
  readDocument: ReadDocument,
): void {
  for (const policy of organization.policies ?? []) {
    const key = adoptPolicy(draft, policy, readDocument);
    if (key !== undefined) adoptTargets(draft, policy, key, organization, names);
  }
}

function adoptPolicy(draft: Draft, policy: SeenPolicy, readDocument: ReadDocument): string | undefined {
  const { id, name, description, type, content } = policy;
  const known = listEntries(draft, "policies").find(
    (entry) => nameEntry(entry) === name && (entry[1].type ?? DEFAULT_TYPE) === type,
  );
  if (known === undefined) {
    const { key, ...other } = chooseEntry(name, listKeys(draft, "policies"));
    const file = addDocument(draft, key, content, readDocument);
    const kind = type === DEFAULT_TYPE ? {} : { type };
    draft.set(["policies", key], { description, file, targets: [], ...kind, ...other });
    draft.import(formatAddress("aws_organizations_policy", "this", key), id);
    return key;
  }
  const [key, { file }] = known;
  const address = formatAddress("aws_organizations_policy", "this", key);
  if (draft.isManaged(address)) return key;
  const document = readDocument(String(file));
  if (document === undefined || !isSameJson(document, content)) {
    draft.left.push(
      `policy ${name} (${id}): the data has one of this name with another text; give that one another name`,
    );
    return undefined;
  }
  draft.set(["policies", key, "description"], description);
  draft.import(address, id);
  return key;
}

function adoptTargets(
  draft: Draft,
  { id, name, targets }: SeenPolicy,
  key: string,
  organization: SeenOrganization,
  names: Names,
): void {
  const path = ["policies", key, "targets"];
  const known = draft.get(path);
  const list = Array.isArray(known) ? known.map(String) : [];
  const seen = targets.flatMap((target) => {
    const word = nameTarget(target, organization, names);
    if (word === undefined) draft.left.push(`policy ${name} at ${target}: the data does not have that account or OU`);
    else
      draft.import(formatAddress("aws_organizations_policy_attachment", "this", `${key}/${word}`), `${target}:${id}`);
    return word === undefined ? [] : [word];
  });
  const missing = seen.filter((word) => !list.includes(word)).sort();
  if (missing.length > 0) draft.set(path, [...list, ...missing]);
}

function nameTarget(target: string, { rootId }: SeenOrganization, { ous, accounts }: Names): string | undefined {
  if (target === rootId) return "root";
  const ou = ous.get(target);
  return ou === undefined ? accounts.get(target) : `ou:${ou}`;
}
