import { groupBy } from "../../lib/group-by.js";
import { formatCodes } from "../../lib/markdown.js";
import { begins, type Effect, ends, listEffects, readAttribute, splitKey } from "../effects.js";
import { readGrant } from "../grants.js";
import { goes, type Loss } from "../losses/loss.js";
import type { Plan } from "../plan.js";
import {
  ACCOUNT,
  ASSIGNMENT,
  ATTACHMENT,
  CONTACT,
  MEMBERSHIP,
  ORGANIZATION,
  PERMISSION_SET,
  POLICY,
  SET_POLICIES,
  USER,
} from "../resource-types.js";
import { isLoosened } from "./guards.js";

/** Names of one kind, and clauses, that a headline shows; what is more is counted. */
const NAMES_MAX = 3;
const CLAUSES_MAX = 6;

/** Changes of one kind, and what a headline says of all of them. */
interface Clause {
  types: readonly string[];
  happens: (effect: Effect) => boolean;
  say: (effects: readonly Effect[]) => string;
}

type Name = (effect: Effect) => string;
const byKey: Name = ({ key }) => key;
const byOwner: Name = ({ key }) => splitKey(key).owner;
const byRest: Name = ({ key }) => splitKey(key).rest;

const imports = ({ change }: Effect) => change.change.importing !== undefined;
const isOf = (kind: Effect["kind"]) => (effect: Effect) => effect.kind === kind && !imports(effect);
const moves = (effect: Effect) => {
  const { before, after, unknown } = readAttribute(effect, "parent_id");
  return isOf("update")(effect) && (unknown || before !== after);
};

/** `account ‹web›`, `accounts ‹web›, ‹shop›`, or `20 accounts`. */
function list(noun: string, effects: readonly Effect[], name: Name): string {
  const names = [...new Set(effects.map(name))];
  const nouns = names.length === 1 ? noun : noun.endsWith("y") ? noun.replace(/y$/, "ies") : `${noun}s`;
  return names.length > NAMES_MAX ? `${names.length} ${nouns}` : `${nouns} ${formatCodes(names)}`;
}

const row = (
  types: readonly string[],
  happens: Clause["happens"],
  verb: string,
  noun: string,
  name = byKey,
): Clause => ({
  types,
  happens,
  say: (effects) => `${verb} ${list(noun, effects, name)}`,
});

/** A clause of two kinds of things, such as groups and accounts. */
const pair = (
  type: string,
  happens: Clause["happens"],
  say: (list: (noun: string, name: Name) => string) => string,
): Clause => ({
  types: [type],
  happens,
  say: (effects) => say((noun, name) => list(noun, effects, name)),
});
const group: Name = ({ key }) => readGrant(key).group;
const account: Name = ({ key }) => readGrant(key).account;

/** What weighs most comes first; a change belongs to the first clause that takes it. */
const CLAUSES: readonly Clause[] = [
  row([ACCOUNT], goes, "destroys", "account"),
  row([ACCOUNT], isOf("forget"), "lets go of", "account"),
  row([POLICY], isLoosened, "loosens", "policy"),
  row([POLICY], ends, "removes", "policy"),
  pair(ATTACHMENT, ends, (all) => `detaches ${all("policy", byOwner)} from ${all("target", byRest)}`),
  row([ACCOUNT], moves, "moves", "account"),
  row([ACCOUNT], begins, "creates", "account"),
  row([ACCOUNT], imports, "imports", "account"),
  row([ACCOUNT], () => true, "changes", "account"),
  row([USER], ends, "removes", "user"),
  row([USER], begins, "adds", "user"),
  row([PERMISSION_SET], ends, "removes", "permission set"),
  row([PERMISSION_SET], begins, "creates", "permission set"),
  row([PERMISSION_SET], isOf("update"), "changes", "permission set"),
  row(SET_POLICIES, (effect) => !imports(effect), "changes the policies of", "permission set", byOwner),
  pair(ASSIGNMENT, ends, (all) => `takes access to ${all("account", account)} from ${all("group", group)}`),
  pair(ASSIGNMENT, begins, (all) => `gives ${all("group", group)} access to ${all("account", account)}`),
  pair(MEMBERSHIP, ends, (all) => `takes ${all("user", byRest)} out of ${all("group", byOwner)}`),
  pair(MEMBERSHIP, begins, (all) => `adds ${all("user", byRest)} to ${all("group", byOwner)}`),
  row([POLICY], begins, "creates", "policy"),
  pair(ATTACHMENT, begins, (all) => `attaches ${all("policy", byOwner)} to ${all("target", byRest)}`),
  row([POLICY], (effect) => !imports(effect), "changes", "policy"),
  row([CONTACT], (effect) => !imports(effect), "changes contacts of", "account", byOwner),
  { types: [ORGANIZATION], happens: isOf("update"), say: () => "changes the organization's settings" },
];

/** Types that belong to others by their keys: where their owner comes or goes, that is what a headline says. */
const OWNERS: Readonly<Record<string, readonly [owner: string, name: Name]>> = {
  [ATTACHMENT]: [POLICY, byOwner],
  [CONTACT]: [ACCOUNT, byOwner],
  [MEMBERSHIP]: [USER, byRest],
  ...Object.fromEntries(SET_POLICIES.map((type) => [type, [PERMISSION_SET, byOwner]])),
};

/** What happens to whom, in a sentence for the first line of a summary. */
export function writeHeadline(plan: Plan, losses: readonly Loss[]): string {
  const effects = listEffects(plan);
  const came = new Set(effects.filter(begins).map(({ key, change }) => `${change.type} ${key}`));
  const went = new Set(effects.filter(ends).map(({ key, change }) => `${change.type} ${key}`));
  const told = effects.filter((effect) => {
    const [owner, name] = OWNERS[effect.change.type] ?? [];
    if (owner === undefined || name === undefined) return true;
    const key = `${owner} ${name(effect)}`;
    return !(went.has(key) || (came.has(key) && owner !== POLICY));
  });
  const found = groupBy(told, (effect) =>
    CLAUSES.find(({ types, happens }) => types.includes(effect.change.type) && happens(effect)),
  );
  const shown = CLAUSES.filter((clause) => found.has(clause)).slice(0, CLAUSES_MAX);
  const others = [...found].flatMap(([clause, each]) => (clause !== undefined && shown.includes(clause) ? [] : each));
  const imported = others.filter(imports).length;
  const changed = others.length - imported;
  return [
    ...(losses.length > 0 ? [`${losses.length} ${losses.length === 1 ? "loss" : "losses"}`] : []),
    ...shown.map((clause) => clause.say(found.get(clause) ?? [])),
    ...(imported > 0 ? [`imports ${imported} other resource${imported === 1 ? "" : "s"}`] : []),
    ...(changed > 0 || effects.length === 0 ? [`${changed} other change${changed === 1 ? "" : "s"}`] : []),
  ].join("; ");
}
