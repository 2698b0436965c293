import { isObject, readAt } from "../lib/objects.js";
import { type ChangeKind, classifyChange, isLoss, type Plan, type ResourceChange } from "./plan.js";

/** A resource's change with its kind, for those who tell what it means. */
export interface Effect {
  kind: ChangeKind;
  change: ResourceChange;
  /** The key in its `for_each`, or the address where it has none. */
  key: string;
}

/** The changes of managed resources that do something. */
export function listEffects(plan: Plan): Effect[] {
  return listAll(plan).filter(({ kind }) => kind !== "none" && kind !== "read");
}

/** Every managed resource that the plan knows, changed or not. */
export function listAll(plan: Plan): Effect[] {
  return plan.resource_changes
    .filter(({ mode, deposed }) => mode === "managed" && deposed === undefined)
    .map((change) => ({ kind: classifyChange(change.change), change, key: String(change.index ?? change.address) }));
}

/** Whether the object is there after the apply. */
export const remains = ({ kind }: Effect): boolean => kind !== "delete" && kind !== "forget";

/** Whether something of this kind begins; it can end too. */
export const begins = ({ kind }: Effect): boolean => kind === "create" || kind === "replace";

/** Whether what was there is gone, also when something else takes its place. */
export const ends = ({ kind }: Effect): boolean => isLoss(kind);

/** `owner/rest`, the key of what is attached to something: a policy and its target, a permission set and its policy. */
export function splitKey(key: string): { owner: string; rest: string } {
  const [owner = key, ...rest] = key.split("/");
  return { owner, rest: rest.join("/") || "?" };
}

/** An attribute before and after, without sensitive values. `unknown` is true where only the apply will tell. */
export function readAttribute({ change }: Effect, name: string) {
  const { before, after, after_unknown } = change.change;
  return {
    before: readAt(before, [name]),
    after: readAt(after, [name]),
    unknown: readAt(after_unknown, [name]) === true,
  };
}

/** The attribute as text: as it will be, else as it was. */
export function readText(effect: Effect, name: string): string | undefined {
  const { before, after } = readAttribute(effect, name);
  const value = after ?? before;
  return typeof value === "string" ? value : undefined;
}

/** Names of attributes whose values differ. */
export function listChangedAttributes({ change }: Effect): string[] {
  const { before, after, after_unknown } = change.change;
  const names = new Set([before, after, after_unknown].flatMap((each) => Object.keys(isObject(each) ? each : {})));
  return [...names].filter((name) => {
    const unknown = JSON.stringify(readAt(after_unknown, [name]) ?? false).includes("true");
    return unknown || JSON.stringify(readAt(before, [name])) !== JSON.stringify(readAt(after, [name]));
  });
}
