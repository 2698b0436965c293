import { formatCode, formatCodes } from "../../lib/markdown.js";
import { type Effect, listChangedAttributes, readAttribute } from "../effects.js";

/** What happens to something, with `is imported and` before it where it is: nobody should take it for what was managed before. */
export const withImport = ({ change }: Effect, happens: string): string =>
  change.change.importing === undefined ? happens : `is imported and ${happens}`;

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
