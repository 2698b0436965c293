import { countThings, listNames } from "./fit-text.js";
import { formatLabel } from "./mermaid.js";
import { findReach, listAccess, MANAGEMENT, type MachineRole, type Organization, type Unit } from "./organization.js";

/** Accounts of an OU that have a box of their own; more would not be read, and Mermaid limits a picture's text. */
const ACCOUNTS_MAX = 40;
/** Groups that have a box of their own; above it, groups with the same access share one. */
const GROUPS_MAX = 20;
/** Permission sets with arrows of their own. */
const ACCESS_MAX = 40;

/** The organization as a Mermaid flowchart: people and workflows on the left, what they may do in the middle, accounts on the right. */
export function renderMermaid(organization: Organization): string {
  const lines = ["flowchart LR"];
  const access = listAccess(organization).slice(0, ACCESS_MAX);
  const groups = bundleGroups(organization);
  const add = (...more: string[]) => lines.push(...more);
  add(`  subgraph people [${formatLabel(["People"])}]`);
  for (const [index, { label }] of groups.entries()) add(`    group${index}([${formatLabel(label)}])`);
  add("  end", `  subgraph sets [${formatLabel(["Permission sets"])}]`);
  for (const [index, { permissionSet: set }] of access.entries()) {
    add(`    set${index}[${formatLabel([set.name, `${set.managedPolicy}, ${set.hours} h`])}]`);
  }
  add("  end", `  subgraph workflows [${formatLabel([`GitHub ${organization.repository}`])}]`);
  const roles = organization.roles;
  for (const [index, role] of roles.entries()) {
    if (role.takenBy === undefined) add(`    subject${index}([${formatLabel(role.subjects)}])`);
  }
  add("  end", ...drawAccounts(organization));
  for (const [index, role] of roles.entries()) add(`  role${index}[${formatLabel([role.name, role.may])}]`);
  for (const [index, each] of access.entries()) {
    for (const [group, { names }] of groups.entries()) {
      if (names.some((name) => each.groups.includes(name))) add(`  group${group} --> set${index}`);
    }
    const reach = findReach(organization, each.accounts);
    for (const target of [
      ...reach.units.map((name) => unitId(organization, name)),
      ...namedIds(organization, reach.accounts),
    ]) {
      add(`  set${index} --> ${target}`);
    }
  }
  for (const [index, role] of roles.entries()) add(...drawRole(organization, role, index));
  add(
    "  classDef machine stroke-dasharray: 4 3",
    `  class ${roles.map((_, index) => `role${index}`).join(",")} machine`,
  );
  return `${lines.join("\n")}\n`;
}

function drawAccounts(organization: Organization): string[] {
  const { policies, units, publicImages } = organization;
  const lines = [`  subgraph organization [${formatLabel(["Organization", ...nameDenials(policies)])}]`];
  lines.push(`    management[${formatLabel([MANAGEMENT])}]`);
  for (const [index, unit] of units.entries()) {
    lines.push(`    subgraph unit${index} [${formatLabel([unit.name, ...nameDenials(unit.policies)])}]`);
    const shown = listShown(organization, unit);
    for (const name of shown) {
      const images = name === publicImages.account ? [`images: ${listNames(publicImages.repositories, 6)}`] : [];
      lines.push(`      ${accountId(organization, name)}[${formatLabel([name, ...images])}]`);
    }
    const rest = unit.accounts.length - shown.length;
    if (rest > 0) lines.push(`      rest${index}[${formatLabel([`and ${countThings(rest, "more account")}`])}]`);
    if (unit.accounts.length === 0) lines.push(`      rest${index}[${formatLabel(["no accounts"])}]`);
    lines.push("    end");
  }
  return [...lines, "  end"];
}

const nameDenials = (policies: readonly string[]) => (policies.length > 0 ? [policies.join(", ")] : []);

/** The accounts of an OU that are shown: the dedicated one always, for roles lead there. */
function listShown({ publicImages }: Organization, { accounts }: Unit): string[] {
  const first = accounts.filter((name) => name === publicImages.account);
  return [...first, ...accounts.filter((name) => name !== publicImages.account)].slice(0, ACCOUNTS_MAX);
}

const unitId = ({ units }: Organization, name: string) => `unit${units.findIndex((unit) => unit.name === name)}`;

function accountId({ units }: Organization, account: string): string {
  const unit = units.findIndex(({ accounts }) => accounts.includes(account));
  return `account${unit}x${units[unit]?.accounts.indexOf(account)}`;
}

function namedIds(organization: Organization, accounts: readonly string[]): string[] {
  const shown = new Set(organization.units.flatMap((unit) => listShown(organization, unit)));
  return accounts.flatMap((name) => {
    if (name === MANAGEMENT) return ["management"];
    return shown.has(name) ? [accountId(organization, name)] : [];
  });
}

function drawRole(organization: Organization, role: MachineRole, index: number): string[] {
  const from = organization.roles.findIndex(({ name, takenBy }) => takenBy === undefined && name === role.takenBy);
  const source = role.takenBy === undefined ? `subject${index}` : `role${from}`;
  const targets = namedIds(organization, [role.account]);
  return [`  ${source} -.-> role${index}`, ...targets.map((target) => `  role${index} -.-> ${target}`)];
}

/** Each group, or each kind of access where there are many groups. */
function bundleGroups({ groups }: Organization): { label: string[]; names: string[] }[] {
  if (groups.length <= GROUPS_MAX) {
    return groups.map(({ name, members }) => ({ label: [name, countThings(members.length, "person")], names: [name] }));
  }
  const bundles = new Map<string, string[]>();
  for (const { name, permissionSets } of groups) {
    const key = JSON.stringify([...permissionSets].sort());
    bundles.set(key, [...(bundles.get(key) ?? []), name]);
  }
  return [...bundles.values()]
    .slice(0, GROUPS_MAX)
    .map((names) => ({ label: [listNames(names, 2), countThings(names.length, "group")], names }));
}
