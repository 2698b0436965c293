import { parseChoice } from "../lib/formats.js";
import { makeInert } from "../lib/inert.js";
import { formatTable } from "../lib/table.js";
import { MANAGEMENT } from "../terraform/code.js";
import { countThings } from "./fit-text.js";
import { findReach, listAccess, type Organization } from "./organization.js";
import { renderSvg } from "./render-svg.js";

/** What an organization is shown as. */
const FORMATS = ["table", "json", "svg"] as const;
export type OrganizationFormat = (typeof FORMATS)[number];

/** Parses `--format` of the organization. Throws `format-unknown`. */
export function parseOrganizationFormat(text: string): OrganizationFormat {
  return parseChoice(text, FORMATS);
}

/** Shows the organization: tables for people, JSON for programs, or a picture. */
export function formatOrganization(organization: Organization, format: OrganizationFormat): string {
  if (format === "json") return `${JSON.stringify(organization, null, 2)}\n`;
  if (format === "svg") return renderSvg(organization);
  const units = [
    ["(root)", [MANAGEMENT, ...organization.accounts].join(", "), organization.policies.join(", ")],
    ...organization.units.map((unit) => [unit.name, unit.accounts.join(", ") || "-", unit.policies.join(", ")]),
    ...organization.accountPolicies.map(({ account, policies }) => ["", account, policies.join(", ")]),
  ];
  const access = listAccess(organization).map(({ permissionSet: set, groups, accounts }) => {
    const reach = findReach(organization, accounts);
    const where = [...reach.accounts, ...reach.units].join(", ");
    return [groups.join(", "), set.name, [...set.gives, set.session].join(", "), where];
  });
  const roles = organization.roles.map(({ name, account, may, subjects, takenBy = subjects.join(", ") }) => {
    return [name, account, may, takenBy];
  });
  const members = [...organization.accounts, ...organization.units.flatMap(({ accounts }) => accounts)];
  const perAccount = [MANAGEMENT, ...members].map((account) => {
    const held = organization.grants.filter((grant) => grant.account === account);
    return [account, held.map(({ group, permissionSet }) => `${group}: ${permissionSet}`).join(", ") || "-"];
  });
  const groups = organization.groups.map(({ name, members }) => [name, members.join(", ") || "-"]);
  const tables = [
    `${countThings(members.length, "account")} beside management.\n`,
    formatTable(["OU", "ACCOUNTS", "POLICIES"], units),
    formatTable(["GROUPS", "PERMISSION SET", "GIVES", "WHERE"], access),
    formatTable(["ACCOUNT", "ACCESS"], perAccount),
    formatTable(["GROUP", "PEOPLE"], groups),
    formatTable(["ROLE", "ACCOUNT", "GIVES", `TAKEN BY ${organization.repository}`], roles),
    `Approvers: ${organization.approvers.join(", ")}\nGuard rails: ${organization.guardRails.join(", ") || "none"}\n`,
  ];
  return makeInert(tables.join("\n"));
}
