import { groupBy } from "../../lib/group-by.js";
import type { Plan, ResourceChange } from "../plan.js";

const COUNTED = ["import", "create", "update", "destroy", "forget", "replace"] as const;

/** How many managed resources; one that is imported and updated is in both counts, one that is replaced in three. */
export type PlanCounts = Record<(typeof COUNTED)[number], number>;

/**
 * Counts as Terraform does in its line `Plan: 3 to import, 1 to add, 2 to change, 1 to destroy`, so that the two can be compared: an import beside what
 * else is done to it, a replacement as one that is created and one that is destroyed, or forgotten.
 */
export function countChanges({ resource_changes: changes }: Pick<Plan, "resource_changes">): PlanCounts {
  const managed = changes.filter(({ mode }) => mode === "managed");
  const count = (test: (change: ResourceChange["change"]) => boolean) =>
    managed.filter(({ change }) => test(change)).length;
  return {
    import: count(({ importing }) => importing !== undefined),
    create: count(({ actions }) => actions.includes("create")),
    update: count(({ actions }) => actions.includes("update")),
    destroy: count(({ actions }) => actions.includes("delete")),
    forget: count(({ actions }) => actions.includes("forget")),
    replace: count(({ actions }) => actions.length > 1),
  };
}

/** `2 to import, 3 to create, 1 to update, 1 to destroy, of which 1 to replace`, with the kinds that are rare only where there are some. */
export function formatCounts(counts: PlanCounts): string {
  const some = (kind: keyof PlanCounts, text: string) => (counts[kind] > 0 ? text : "");
  const usual = `${counts.create} to create, ${counts.update} to update, ${counts.destroy} to destroy`;
  return [
    some("import", `${counts.import} to import, `),
    usual,
    some("forget", `, ${counts.forget} to forget`),
    // Beside the others, for who approves must see that what is created and destroyed is one thing.
    some("replace", `, of which ${counts.replace} to replace`),
  ].join("");
}

/** A table of the counts by type, as Markdown. Types are Terraform identifiers and need no escape. */
export function formatCountTable(plan: Plan): string {
  const types = [...groupBy(plan.resource_changes, ({ type }) => type)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = types.flatMap(([type, changes]) => {
    const counts = Object.values(countChanges({ resource_changes: changes }));
    return counts.some((count) => count > 0) ? [`| ${type} | ${counts.join(" | ")} |`] : [];
  });
  const heads = COUNTED.map((kind) => (kind === "replace" ? "of which replace" : kind));
  return `| type | ${heads.join(" | ")} |\n| --- |${" ---: |".repeat(heads.length)}\n${rows.join("\n")}\n`;
}
