import { groupBy } from "../../lib/group-by.js";
import { formatCode, formatCodes } from "../../lib/markdown.js";
import { begins, type Effect, ends, listAll, listEffects, readAttribute, remains, splitKey } from "../effects.js";
import { readGrant } from "../grants.js";
import type { Plan } from "../plan.js";
import { ASSIGNMENT, MEMBERSHIP, USER } from "../resource-types.js";
import { describeChanges, withImport } from "./changes.js";
import { explainPermissionSets } from "./permission-sets.js";

/** Who gains or loses which access to what, through the Identity Center. */
export function explainAccess(plan: Plan): string[] {
  const effects = listEffects(plan);
  const of = (type: string) => effects.filter(({ change }) => change.type === type);
  const groups = summarizeGroups(plan);
  return [
    ...explainAssignments(of(ASSIGNMENT)),
    ...of(MEMBERSHIP).flatMap((effect) => explainMembership(effect, groups)),
    ...of(USER).flatMap(explainUser),
    ...explainPermissionSets(plan),
  ];
}

/** Groups and the permission sets that each of them gains, loses or keeps in each of the accounts. */
interface Grants {
  verb: string;
  groups: readonly string[];
  sets: readonly string[];
  accounts: readonly string[];
}

/** A line for all groups, permission sets and accounts to which the same happens: the shorter the list is, the better it is read. */
function explainAssignments(effects: readonly Effect[]): string[] {
  const single = effects.flatMap((effect) => {
    const { account, group, permissionSet } = readGrant(effect.key);
    const verbs = [...(ends(effect) ? ["lose"] : []), ...(begins(effect) ? ["gain"] : [])];
    if (verbs.length === 0) verbs.push(effect.kind === "import" ? "keep, imported as it is," : "keep, changed,");
    return verbs.map((verb): Grants => ({ verb, groups: [group], sets: [permissionSet], accounts: [account] }));
  });
  const joined = joinGrants(joinGrants(joinGrants(single, "accounts"), "sets"), "groups");
  return joined.map(({ verb, groups, sets, accounts }) => {
    const who =
      groups.length === 1
        ? `Group ${formatCodes(groups)} ${verb.replace(/^\w+/, "$&s")}`
        : `Groups ${formatCodes(groups)} ${verb}`;
    const many = accounts.length > 10 ? `${accounts.length} accounts: ` : "";
    return `${who} ${formatCodes(sets)} in ${many}${formatCodes(accounts)}`;
  });
}

/** Joins what differs in nothing but `field`. */
function joinGrants(grants: readonly Grants[], field: "groups" | "sets" | "accounts"): Grants[] {
  const same = groupBy(grants, (each) => JSON.stringify({ ...each, [field]: [] }));
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, [field]: [first, ...others].flatMap((each) => each[field]) }],
  );
}

/** What each group has after the apply: its permission sets, and in how many accounts. */
function summarizeGroups(plan: Plan): Map<string, { sets: Set<string>; accounts: Set<string> }> {
  const groups = new Map<string, { sets: Set<string>; accounts: Set<string> }>();
  for (const effect of listAll(plan)) {
    if (effect.change.type !== ASSIGNMENT || !remains(effect)) continue;
    const { account, group, permissionSet } = readGrant(effect.key);
    const known = groups.get(group) ?? { sets: new Set(), accounts: new Set() };
    known.sets.add(permissionSet);
    known.accounts.add(account);
    groups.set(group, known);
  }
  return groups;
}

function explainMembership(effect: Effect, groups: ReturnType<typeof summarizeGroups>): string[] {
  const { owner: group, rest } = splitKey(effect.key);
  const person = formatCode(rest);
  const has = groups.get(group);
  const what = has ? `${formatCodes([...has.sets])} in ${has.accounts.size} account(s)` : "nothing yet";
  const lines: string[] = [];
  if (ends(effect)) lines.push(`${person} leaves group ${formatCode(group)}`);
  if (begins(effect)) lines.push(`${person} joins group ${formatCode(group)}, which has ${what}`);
  return lines;
}

function explainUser(effect: Effect): string[] {
  const person = formatCode(effect.key);
  const email = effect.change.change.after === null ? undefined : readEmail(effect);
  if (effect.kind === "create")
    return [`${person} becomes a user, with the e-mail address ${formatCode(email ?? "?")}`];
  if (effect.kind === "update") {
    const changes = withImport(effect, `changes: ${describeChanges(effect)}`);
    return [`User ${person} ${changes}; the e-mail address is ${formatCode(email ?? "?")}`];
  }
  return ends(effect) ? [`User ${person} is removed`] : [];
}

function readEmail(effect: Effect): string | undefined {
  const { after } = readAttribute(effect, "emails");
  const value = Array.isArray(after) ? (after[0] as { value?: unknown } | undefined)?.value : undefined;
  return typeof value === "string" ? value : undefined;
}
