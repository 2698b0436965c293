import { formatCode } from "../../lib/markdown.js";
import { describeEnd, type Loss, nameChange } from "../losses/loss.js";
import { classifyChange, isLoss, type Plan } from "../plan.js";

/** What an apply refuses unless it is named. */
export function explainLosses(losses: readonly Loss[]): string[] {
  return losses.map((loss) => `${formatCode(loss.name)}: **${formatCode(loss.old)} → ${formatCode(loss.new)}**`);
}

/** What else goes: access that is taken away, people who left. */
export function explainDestroyed(plan: Plan, losses: readonly Loss[]): string[] {
  const told = new Set(losses.map(({ address }) => address));
  return plan.resource_changes.flatMap((change) => {
    const kind = classifyChange(change.change);
    if (!isLoss(kind) || told.has(nameChange(change))) return [];
    return `${formatCode(change.address)} ${describeEnd({ kind, change }, formatCode)}`;
  });
}
