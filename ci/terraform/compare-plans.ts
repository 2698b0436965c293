import { stringifySorted } from "./fingerprint.js";
import { classifyChange, listEffectiveChanges, type Plan, type ResourceChange } from "./plan.js";

/** Most lines that a comparison gives. */
const LINES_MAX = 50;

/** What differs between an approved plan and the one of now, an address a line. Both without sensitive values. */
export function comparePlans(approved: Plan, now: Plan): string[] {
  const before = indexChanges(approved);
  const after = indexChanges(now);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = keys.flatMap((key) => {
    const [was, will] = [before.get(key), after.get(key)];
    const same = stringifySorted(was?.change) === stringifySorted(will?.change);
    return same
      ? []
      : [`${key}: approved ${describe(was)}, now ${describe(will)}${sameKind(was, will) ? " otherwise" : ""}`];
  });
  return lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more`] : lines;
}

function indexChanges(plan: Plan): Map<string, ResourceChange> {
  return new Map(
    listEffectiveChanges(plan).map((each) => [`${each.address}${each.deposed ? ` (${each.deposed})` : ""}`, each]),
  );
}

function describe(change: ResourceChange | undefined): string {
  return change === undefined ? "none" : classifyChange(change.change);
}

function sameKind(was: ResourceChange | undefined, will: ResourceChange | undefined): boolean {
  return was !== undefined && will !== undefined && describe(was) === describe(will);
}
