import { formatCode, formatCodes } from "../../lib/markdown.js";
import { ASSIGNMENT, MEMBERSHIP, readGrant, USER } from "../grants.js";
import type { Plan } from "../plan.js";
import { begins, type Effect, ends, listAll, listEffects, readAttribute, remains } from "./changes.js";
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

/** One line for each group and permission set, however many accounts: the list is what a person reads. */
function explainAssignments(effects: readonly Effect[]): string[] {
  const accounts = new Map<string, string[]>();
  for (const effect of effects) {
    const { account, group, permissionSet } = readGrant(effect.key);
    const words = [...(ends(effect) ? ["loses"] : []), ...(begins(effect) ? ["gains"] : [])];
    if (effect.kind === "update") words.push("keeps, changed,");
    for (const word of words) {
      const line = `Group ${formatCode(group)} ${word} ${formatCode(permissionSet)} in `;
      accounts.set(line, [...(accounts.get(line) ?? []), account]);
    }
  }
  return [...accounts].map(([line, names]) => {
    const many = names.length > 10 ? ` (${names.length} accounts)` : "";
    return `${line}${formatCodes(names)}${many}`;
  });
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
  const [group = effect.key, ...rest] = effect.key.split("/");
  const person = formatCode(rest.join("/") || "?");
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
  if (effect.kind === "update") return [`User ${person} changes; the e-mail address is ${formatCode(email ?? "?")}`];
  return ends(effect) ? [`User ${person} is removed`] : [];
}

function readEmail(effect: Effect): string | undefined {
  const { after } = readAttribute(effect, "emails");
  const value = Array.isArray(after) ? (after[0] as { value?: unknown } | undefined)?.value : undefined;
  return typeof value === "string" ? value : undefined;
}
