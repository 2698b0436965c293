import { GenesisError } from "../lib/errors.js";
import { type Inventory, isEmptyInventory, renderInventory } from "./inventory.js";
import type { MadePlan } from "./make-plan.js";
import { isEmptyPlan } from "./plan.js";
import { countChanges, formatCounts } from "./summary/counts.js";
import { renderSummary } from "./summary/render-summary.js";

/**
 * Says that AWS is as the code has it and has nothing beside it. Throws `drift-found` with the summary and what the data does not have, and
 * `drift-unseen` where there is no drift in what could be read, and something could not.
 */
export function concludeDrift(made: MadePlan, inventory: Inventory): string {
  const { found, notes, unseen } = inventory;
  const isSame = isEmptyPlan(made.plan);
  if (isSame && isEmptyInventory(inventory)) {
    return ["No drift: AWS is as the Terraform code has it.", ...notes, ""].join("\n");
  }
  const counts = isSame ? "" : `AWS and the Terraform code differ: ${formatCounts(countChanges(made.plan))}`;
  const beside = found.length === 0 ? "" : `AWS has ${found.length} that the data does not have`;
  const parts = unseen.length === 0 ? "" : `${unseen.length} could not be read`;
  throw new GenesisError({
    code: isSame && found.length === 0 ? "drift-unseen" : "drift-found",
    subject: "the organization",
    fact: [counts, beside, parts].filter((text) => text !== "").join("; "),
    details: [renderInventory(inventory), isSame ? "" : renderSummary(made)].join("\n"),
  });
}
