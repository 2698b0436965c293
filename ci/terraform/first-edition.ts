import { GenesisError } from "../lib/errors.js";
import { DATA_PATH } from "./code.js";

/**
 * Throws `data-outdated` where the data has fields of the first edition, with what to write for each: read as something else, they would
 * take access away, or switch off what the organization uses.
 */
export function checkEdition(variables: Readonly<Record<string, unknown>>): void {
  const details = [
    ...listTopLevel(variables),
    ...listEntries(variables.groups).flatMap(([key, group]) =>
      "permission_sets" in group
        ? [
            `groups.${key}.permission_sets: write access = [{ permission_sets = ${show(group.permission_sets)}, accounts = ["management", "*"] }]`,
          ]
        : [],
    ),
    ...listEntries(variables.permission_sets).flatMap(([key, set]) => [
      ...("managed_policy" in set
        ? [`permission_sets.${key}.managed_policy: write managed_policies = ${show([set.managed_policy])}`]
        : []),
      ...("hours" in set ? [`permission_sets.${key}.hours: write session_duration = "PT${String(set.hours)}H"`] : []),
    ]),
  ];
  if (details.length === 0) return;
  const missing = ["organization", "ous", "contacts", "policies"].filter((name) => !Object.hasOwn(variables, name));
  if (missing.length > 0) details.push(`${missing.join(", ")}: new; take them from the data that Genesis ships`);
  throw new GenesisError({
    code: "data-outdated",
    subject: DATA_PATH,
    fact: "it has fields of the first edition, which mean something else now",
    details,
  });
}

function listTopLevel(variables: Readonly<Record<string, unknown>>): string[] {
  const bucket = variables.state_bucket;
  return [
    ...("adopt" in variables ? ["adopt: remove it; dagger call adopt writes terraform/imports.tf in its place"] : []),
    ...("security_contact" in variables ? ["security_contact: write contacts = { security = { … } }"] : []),
    ...(typeof bucket === "string" ? [`state_bucket: write state_bucket = { name = ${show(bucket)} }`] : []),
  ];
}

/** The entries of a map that are objects. */
function listEntries(map: unknown): [string, Record<string, unknown>][] {
  if (typeof map !== "object" || map === null) return [];
  return Object.entries(map).filter(([, entry]) => typeof entry === "object" && entry !== null);
}

/** A value as HCL, whose literals of texts and lists are those of JSON. */
const show = (value: unknown): string => JSON.stringify(value) ?? "";
