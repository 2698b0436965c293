import { formatCode, formatFence } from "../lib/markdown.js";
import { countThings } from "./fit-text.js";
import { findReach, listAccess, type Organization, type Reach } from "./organization.js";
import { renderMermaid } from "./render-mermaid.js";

/** Where the document stands in the repository. */
export const DOCUMENT_PATH = "docs/organization.md";
/** Where its image stands, beside it. */
export const IMAGE_PATH = "docs/organization.svg";

/** The document: the image, who may do what where as tables, and the picture as Mermaid. */
export function renderDocument(organization: Organization): string {
  return `# The organization

Drawn by \`dagger call draw-organization --auto-apply\` from the code and data in [terraform/](../terraform/README.md), with no look at AWS; \`check-picture\`
compares them. Edit the data, never this page.

![People, permission sets, accounts, and the roles of workflows](organization.svg)

## Accounts

${formatTable(["OU", "policies", "accounts"], listUnits(organization))}
## Access of people

${formatTable(["permission set", "gives", "hours", "groups", "where"], listPeople(organization))}
${formatTable(["group", "people"], listGroups(organization))}
## Roles of workflows

${formatTable(["role", "account", "gives", "taken by"], listRoles(organization))}
## The same as Mermaid

${formatFence(renderMermaid(organization), "mermaid")}`;
}

function listUnits({ policies, units, publicImages }: Organization): string[][] {
  const root = ["(root)", formatCodes(policies), "`management` is under no policy"];
  const images = `, which has the public images ${formatCodes(publicImages.repositories)}`;
  return [
    root,
    ...units.map((unit) => [
      formatCell(unit.name),
      formatCodes(unit.policies),
      unit.accounts.map((name) => `${formatCell(name)}${name === publicImages.account ? images : ""}`).join("; "),
    ]),
  ];
}

function listPeople(organization: Organization): string[][] {
  return listAccess(organization).map(({ permissionSet: set, groups, accounts }) => [
    formatCell(set.name),
    formatCell(set.managedPolicy),
    String(set.hours),
    formatCodes(groups),
    `${describeReach(findReach(organization, accounts))} (${countThings(accounts.length, "account")})`,
  ]);
}

function describeReach({ accounts, units }: Reach): string {
  const whole = units.length > 0 ? [`all of ${formatCodes(units)}`] : [];
  return [...(accounts.length > 0 ? [formatCodes(accounts)] : []), ...whole].join(" and ");
}

function listGroups({ groups }: Organization): string[][] {
  return groups.map(({ name, members }) => [formatCell(name), formatCodes(members)]);
}

function listRoles({ roles, repository }: Organization): string[][] {
  return roles.map(({ name, account, may, subjects, takenBy }) => [
    formatCell(name),
    formatCell(account),
    formatCell(may),
    takenBy === undefined ? `${formatCell(repository)}: ${formatCodes(subjects)}` : `role ${formatCell(takenBy)}`,
  ]);
}

/** Code in a table's cell, which a bar would end even inside a code span. */
const formatCell = (text: string) => formatCode(text).replaceAll("|", "\\|");
const formatCodes = (names: readonly string[]) => names.map(formatCell).join(", ");

function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, header.map(() => "---"), ...rows];
  return all.map((row) => `| ${row.join(" | ")} |\n`).join("");
}
