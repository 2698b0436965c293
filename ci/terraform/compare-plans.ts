import { stringifySorted } from "./fingerprint.js";
import { type Change, classifyChange, type Plan } from "./plan.js";

const LINES_MAX = 50;

/** What differs between an approved plan and the one of now, an address or output a line. Both without sensitive values. */
export function comparePlans(approved: Plan, now: Plan): string[] {
  const before = indexChanges(approved);
  const after = indexChanges(now);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = keys.flatMap((key) => {
    const [was, will] = [before.get(key), after.get(key)];
    if (stringifySorted(was) === stringifySorted(will)) return [];
    const [approved, now] = [was, will].map((each) => (each === undefined ? "none" : each.kind));
    return [`${key}: approved ${approved}, now ${now}${approved === now ? " otherwise" : ""}`];
  });
  if (approved.complete !== now.complete) lines.unshift("one of the two covers only a part of the code");
  return lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more`] : lines;
}

/** What does something, by its address; also a move alone, which is told as one. */
function indexChanges({ resource_changes, output_changes }: Plan) {
  const resources = resource_changes.map(({ address, deposed, previous_address: moved, change }) => {
    const kind = `${classifyChange(change)}${moved === undefined ? "" : `, moved from ${moved}`}`;
    return [`${address}${deposed ? ` (${deposed})` : ""}`, { kind, change }] as const;
  });
  const outputs = Object.entries(output_changes).map(
    ([name, change]) => [`output ${name}`, { kind: classifyChange(change), change }] as const,
  );
  return new Map<string, { kind: string; change: Change }>(
    [...resources, ...outputs].filter(([, { kind }]) => kind !== "none"),
  );
}
