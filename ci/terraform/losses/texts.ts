import { isObject, readAt } from "../../lib/objects.js";
import { type Effect, readAttribute } from "../effects.js";
import type { Plan, ResourceChange } from "../plan.js";
import { REDACTED } from "../redact.js";
import { changes, type Family, type Loss } from "./loss.js";

/**
 * Finds what Terraform did not write: what an import takes over, and what is otherwise in AWS since (`resource_drift`). An edit in the data of
 * a value that the data gave is no loss. Returns a test of a value by its path in the resource.
 */
export function findForeign({ resource_drift }: Plan): (effect: Effect, ...path: string[]) => boolean {
  const drifted = new Map<string, ResourceChange>(resource_drift.map((each) => [each.address, each]));
  return ({ change }, ...path) => {
    if (change.change.importing !== undefined) return true;
    const drift = drifted.get(change.address)?.change;
    return drift !== undefined && isLost(readAt(drift.before, path), readAt(drift.after, path));
  };
}

/** Whether a value is not what it was, or may not be: a sensitive one cannot be compared. */
export function isLost(before: unknown, after: unknown): boolean {
  return before === REDACTED || JSON.stringify(before ?? null) !== JSON.stringify(after ?? null);
}

/** Tags and descriptions that are overwritten or removed, and that Terraform did not write. */
export const listTexts: Family = ({ plan, all }) => {
  const isForeign = findForeign(plan);
  return all.filter(changes).flatMap((effect) => {
    const { address, change } = effect.change;
    const losses: Loss[] = [];
    const add = (name: string, path: readonly string[]) => {
      const [old, now] = [readAt(change.before, path), readAt(change.after, path)];
      if (isLost(old, now) && isForeign(effect, ...path)) losses.push({ name, old: tell(old), new: tell(now) });
    };
    const { before: tags } = readAttribute(effect, "tags");
    for (const key of Object.keys(isObject(tags) ? tags : {})) add(`tag:${address}/${key}`, ["tags", key]);
    if (readAttribute(effect, "description").before) add(`description:${address}`, ["description"]);
    return losses;
  });
};

function tell(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return value === "" ? "empty" : String(value);
}
