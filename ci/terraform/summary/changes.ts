import { formatCode, formatCodes } from "../../lib/markdown.js";
import { type ChangeKind, classifyChange, isLoss, type Plan, type ResourceChange } from "../plan.js";

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

/** What happens to something, with `is imported and` before it where it is: nobody should take it for what was managed before. */
export const withImport = ({ change }: Effect, happens: string): string =>
  change.change.importing === undefined ? happens : `is imported and ${happens}`;

/** `owner/rest`, the key of what is attached to something: a policy and its target, a permission set and its policy. */
export function splitKey(key: string): { owner: string; rest: string } {
  const [owner = key, ...rest] = key.split("/");
  return { owner, rest: rest.join("/") || "?" };
}

/** An attribute before and after, without sensitive values. `unknown` is true where only the apply will tell. */
export function readAttribute({ change }: Effect, name: string) {
  const { before, after, after_unknown } = change.change;
  return {
    before: readField(before, name),
    after: readField(after, name),
    unknown: readField(after_unknown, name) === true,
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
  const names = new Set([before, after, after_unknown].flatMap((each) => Object.keys(asRecord(each))));
  return [...names].filter((name) => {
    const unknown = JSON.stringify(readField(after_unknown, name) ?? false).includes("true");
    return unknown || JSON.stringify(readField(before, name)) !== JSON.stringify(readField(after, name));
  });
}

/** Longest value that is shown: the rest is for the diff. */
const VALUE_MAX = 120;

/** Each changed attribute as old → new, and by what comes and goes where it is a list; only its name where the diff tells it better. */
export function describeChanges(effect: Effect, names = listChangedAttributes(effect)): string {
  return names.map((name) => describeChange(name, readAttribute(effect, name))).join("; ");
}

/** Whether describeChanges tells this attribute with its values. */
export const isDescribed = (effect: Effect, name: string): boolean =>
  describeChange(name, readAttribute(effect, name)) !== formatCode(name);

function describeChange(name: string, { before, after, unknown }: ReturnType<typeof readAttribute>): string {
  const code = formatCode(name);
  if (unknown) return code;
  if (isTexts(before) && isTexts(after)) {
    const added = after.filter((each) => !before.includes(each));
    const gone = before.filter((each) => !after.includes(each));
    const words = [
      ...(added.length > 0 ? [`gains ${formatCodes(added)}`] : []),
      ...(gone.length > 0 ? [`loses ${formatCodes(gone)}`] : []),
    ];
    return words.length === 0 ? code : `${code} ${words.join(", ")}`;
  }
  const [old, now] = [before, after].map((value) =>
    typeof value === "string" ? value : JSON.stringify(value ?? null),
  );
  if (old === undefined || now === undefined || old.length + now.length > VALUE_MAX) return code;
  return `${code} ${formatCode(old)} → ${formatCode(now)}`;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function readField(value: unknown, name: string): unknown {
  const record = asRecord(value);
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
