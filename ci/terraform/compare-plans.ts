import { stringifySorted } from "./fingerprint.js";
import { classifyChange, listEffectiveChanges, type Plan, type ResourceChange } from "./plan.js";

const LINES_MAX = 50;

/** What differs between an approved plan and the one of now, an address a line. Both without sensitive values. */
export function comparePlans(approved: Plan, now: Plan): string[] {
  const before = indexChanges(approved);
  const after = indexChanges(now);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = keys.flatMap((key) => {
    const [was, will] = [before.get(key)?.change, after.get(key)?.change];
    if (stringifySorted(was) === stringifySorted(will)) return [];
    const [approved, now] = [was, will].map((change) => (change === undefined ? "none" : classifyChange(change)));
    return [`${key}: approved ${approved}, now ${now}${approved === now ? " otherwise" : ""}`];
  });
  return lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more`] : lines;
}

function indexChanges(plan: Plan): Map<string, ResourceChange> {
  return new Map(
    listEffectiveChanges(plan).map((each) => [`${each.address}${each.deposed ? ` (${each.deposed})` : ""}`, each]),
  );
}
