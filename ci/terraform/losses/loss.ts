import { groupBy } from "../../lib/group-by.js";
import { showLine } from "../../lib/inert.js";
import { quoteShell } from "../../lib/quote-shell.js";
import { type Effect, listAll, readAttribute } from "../effects.js";
import type { Plan, ResourceChange } from "../plan.js";
import { listValues } from "../policy-document.js";
import { REDACTED } from "../redact.js";

/** What somebody would miss after an apply. All texts are of one line, and inert. */
export interface Loss {
  /** What `--allow-loss` takes; no other loss of the plan has it. */
  name: string;
  /** How it is now, in words. */
  old: string;
  /** How it will be. */
  new: string;
  /** Address of the resource that goes, where the loss is all that there is to say of that. */
  address?: string;
}

/** What the families look at. */
export interface Facts {
  plan: Plan;
  /** Every managed resource, changed or not. */
  all: readonly Effect[];
  /** Those of one type. */
  of(type: string): readonly Effect[];
}

/** Finds the losses of one kind. */
export type Family = (facts: Facts) => Loss[];

export function readFacts(plan: Plan): Facts {
  const all = listAll(plan);
  const byType = groupBy(all, ({ change }) => change.type);
  return { plan, all, of: (type) => byType.get(type) ?? [] };
}

/** Whether the object itself goes. One that is forgotten stays in AWS as it is. */
export const goes = ({ kind }: Effect): boolean => kind === "delete" || kind === "replace";

/** Whether the object is in AWS before the apply, or after it. */
export const isThere = ({ kind }: Effect, side: "before" | "after"): boolean =>
  kind !== (side === "before" ? "create" : "delete");

/** Whether the object is there before and after, and not the same. */
export const changes = ({ kind }: Effect): boolean => kind === "update" || kind === "replace";

/** Values that a list no longer has; all of them where only the apply will tell, and one that is sensitive in any case. */
export function listRemoved(effect: Effect, name: string): string[] {
  const { before, after } = readAttribute(effect, name);
  const kept = new Set(listValues(after));
  return listValues(before).filter((each) => each === REDACTED || !kept.has(each));
}

/** A change of a plan by its address, and the object that a replacement left behind by that too. */
export const nameChange = ({ address, deposed }: ResourceChange): string =>
  deposed === undefined ? address : `${address} (${deposed})`;

/** What becomes of a resource that goes or is forgotten; `format` is for what comes from the plan. */
export function describeEnd(
  { kind, change }: { kind: Effect["kind"]; change: ResourceChange },
  format = (text: string) => text,
): string {
  if (change.deposed !== undefined) return "loses an older object that a replacement left behind";
  if (kind === "forget") return "is left as it is, and no longer managed";
  if (kind === "delete") return "is destroyed";
  const causes = (change.change.replace_paths ?? []).map((path) => format(path.join(".")));
  const end = change.change.actions.includes("forget") ? "is left as it is, no longer managed," : "is destroyed";
  return `${end} and created anew${causes.length > 0 ? `, because of ${causes.join(", ")}` : ""}`;
}

/** Some of a list, for a person: at most five. */
export function listSome(texts: Iterable<string>): string {
  const all = [...new Set(texts)];
  return all.length > 5 ? `${all.slice(0, 5).join(", ")} and ${all.length - 5} more` : all.join(", ");
}

/** Shows each text on one line, and numbers a name that an earlier loss has. */
export function tellApart(losses: readonly Loss[]): Loss[] {
  const taken = new Set<string>();
  const choose = (name: string): string => {
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}#${number}`;
    taken.add(free);
    return free;
  };
  return losses.map((loss) => ({
    ...loss,
    name: choose(showLine(loss.name)),
    old: showLine(loss.old),
    new: showLine(loss.new),
  }));
}

/**
 * Names of losses as the CLI reads them in a list, which is CSV (`StringSlice` of pflag): a quote or a comma, as an address has it, stands in
 * quotes. https://github.com/dagger/dagger/blob/v0.21.8/cmd/dagger/flags.go
 */
export function listFields(losses: readonly Loss[]): string[] {
  return losses.map(({ name }) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name));
}

/** The flags that allow losses, for a shell. */
export function listFlags(losses: readonly Loss[]): string[] {
  return listFields(losses).map((field) => `--allow-loss=${quoteShell(field)}`);
}
