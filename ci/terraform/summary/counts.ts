import { type ChangeKind, classifyChange, type Plan } from "../plan.js";

const KINDS = ["import", "create", "update", "replace", "delete", "forget"] as const satisfies ChangeKind[];
type CountedKind = (typeof KINDS)[number];

export type PlanCounts = Record<CountedKind, number>;

/** Counts managed resources by kind of change. */
export function countChanges(plan: Plan, type?: string): PlanCounts {
  const counts: PlanCounts = { import: 0, create: 0, update: 0, replace: 0, delete: 0, forget: 0 };
  for (const each of plan.resource_changes) {
    const kind = classifyChange(each.change);
    if (each.mode === "managed" && (type === undefined || each.type === type) && kind in counts) {
      counts[kind as CountedKind]++;
    }
  }
  return counts;
}

/** `3 to create, 1 to update, 0 to destroy`, with the kinds that are rare only where there are some. */
export function formatCounts(counts: PlanCounts): string {
  const usual = [`${counts.create} to create`, `${counts.update} to update`, `${counts.delete} to destroy`];
  const rare = [`${counts.import} to adopt`, `${counts.replace} to replace`, `${counts.forget} to forget`];
  return [...usual, ...rare.filter((text) => !text.startsWith("0 "))].join(", ");
}

/** A table of the counts by type, as Markdown. Types are Terraform identifiers and need no escape. */
export function formatCountTable(plan: Plan): string {
  const types = [...new Set(plan.resource_changes.map((each) => each.type))].sort();
  const rows = types.flatMap((type) => {
    const counts = KINDS.map((kind) => countChanges(plan, type)[kind]);
    return counts.some((count) => count > 0) ? [`| ${type} | ${counts.join(" | ")} |`] : [];
  });
  return `| type | ${KINDS.join(" | ")} |\n| --- |${" ---: |".repeat(KINDS.length)}\n${rows.join("\n")}\n`;
}
