import { formatCode } from "../../lib/markdown.js";
import { PROTECTED_TYPES } from "../gate.js";
import { classifyChange, isLoss, type Plan, type ResourceChange } from "../plan.js";

const WORDS = { delete: "is destroyed", forget: "is left as it is, and no longer managed" } as const;

/** Everything that goes, protected resources first: those need a name in `--allow-destroy`. */
export function explainLosses(plan: Plan): string[] {
  const losses = plan.resource_changes.filter(({ change }) => isLoss(classifyChange(change)));
  const guarded = (each: ResourceChange) => PROTECTED_TYPES.has(each.type);
  return [...losses.filter(guarded), ...losses.filter((each) => !guarded(each))].map((each) => {
    const note = guarded(each) ? " (**protected**: refused unless it is named with `--allow-destroy`)" : "";
    return `${formatCode(each.address)} ${describeLoss(each)}${note}`;
  });
}

function describeLoss({ change, deposed }: ResourceChange): string {
  const kind = classifyChange(change);
  if (deposed !== undefined) return "loses an older object that a replacement left behind";
  if (kind === "delete" || kind === "forget") return WORDS[kind];
  const causes = (change.replace_paths ?? []).map((path) => formatCode(path.join(".")));
  return `is destroyed and created anew${causes.length > 0 ? `, because of ${causes.join(", ")}` : ""}`;
}
