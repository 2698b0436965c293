import { GenesisError } from "../lib/errors.js";
import type { MadePlan } from "./make-plan.js";
import { isEmptyPlan } from "./plan.js";
import { countChanges, formatCounts } from "./summary/counts.js";
import { renderSummary } from "./summary/render-summary.js";

/** Says that AWS is as the code has it, or throws `drift-found` with the summary. */
export function concludeDrift(made: MadePlan): string {
  if (isEmptyPlan(made.plan)) return "No drift: AWS is as the Terraform code has it.\n";
  throw new GenesisError({
    code: "drift-found",
    subject: "the organization",
    fact: `AWS and the Terraform code differ: ${formatCounts(countChanges(made.plan))}`,
    details: renderSummary(made),
  });
}
