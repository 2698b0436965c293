import { throwErrors } from "../lib/errors.js";
import { adoptAccess } from "./adopt-access.js";
import { adoptAccounts } from "./adopt-accounts.js";
import { type Adoption, startDraft } from "./adopt-draft.js";
import { adoptDedicated, adoptFacts, type Facts, listPlaceholders } from "./adopt-facts.js";
import { adoptIam } from "./adopt-iam.js";
import { compare } from "./adopt-keys.js";
import { adoptOrganization } from "./adopt-organization.js";
import { adoptPeople } from "./adopt-people.js";
import { adoptPermissionSets } from "./adopt-permission-sets.js";
import { adoptPolicies } from "./adopt-policies.js";
import type { Snapshot } from "./snapshot.js";

/** An adoption, and the data as it leaves it. */
export interface PlannedAdoption extends Adoption {
  data: Record<string, unknown>;
}

/**
 * Joins what AWS has with the data, which is as terraform/variables.tf declares it, without the escapes of HCL. What the state has is not
 * touched; of all else AWS wins. Throws `adopt-differs` for each id of the data that is another one, and the snapshot's errors where it does
 * not know what the state has.
 */
export function planAdoption(snapshot: Snapshot, data: Record<string, unknown>, facts: Facts): PlannedAdoption {
  const { organization, identityCenter, managed } = snapshot;
  if (managed === undefined) {
    throwErrors(snapshot.unread);
    throw new Error("a state that could not be read has an error");
  }
  const draft = startDraft(data, managed, facts.documents);
  adoptFacts(draft, facts);
  const groups = identityCenter === undefined ? [] : adoptPeople(draft, identityCenter);
  const sets = identityCenter === undefined ? new Map<string, string>() : adoptPermissionSets(draft, identityCenter);
  if (organization !== undefined) {
    const places = adoptOrganization(draft, organization, snapshot.rootFeatures);
    const accounts = adoptAccounts(draft, organization, places);
    adoptDedicated(draft, accounts);
    adoptPolicies(draft, organization, places, accounts);
    if (identityCenter !== undefined)
      adoptAccess(draft, identityCenter, groups, { accounts, sets, seen: organization.accounts });
  }
  adoptIam(draft, snapshot, facts.bucket);
  throwErrors(draft.errors);
  const { edits, files, changes, left, wanted } = draft;
  const imports = draft.imports.sort((a, b) => compare(a.address, b.address));
  const asked = [...listPlaceholders(draft.data, facts), ...wanted];
  return { edits, files, imports, changes, left, asked, data: draft.data };
}
