import { formatCode, formatCodes } from "../../lib/markdown.js";
import { begins, type Effect, ends, listEffects, readAttribute, readText, remains } from "../effects.js";
import type { Plan } from "../plan.js";
import { listValues, parseDocument } from "../policy-document.js";

/** Who may take which IAM role, and what a role may do. */
export function explainRoles(plan: Plan): string[] {
  return listEffects(plan).flatMap((effect) => {
    if (effect.change.type === "aws_iam_role") return explainTrust(effect);
    if (effect.change.type === "aws_iam_role_policy_attachment") return explainAttachment(effect);
    if (effect.change.type === "aws_iam_role_policy") return explainInline(effect);
    return [];
  });
}

function explainTrust(effect: Effect): string[] {
  const role = `Role ${formatCode(readText(effect, "name") ?? effect.key)}`;
  if (!remains(effect)) return [`${role} is removed`];
  const { before, after, unknown } = readAttribute(effect, "assume_role_policy");
  if (unknown) return [`${role} gets a trust policy that is known only after the apply`];
  const was = effect.kind === "create" ? [] : listTrusted(before);
  const will = listTrusted(after);
  const gained = will.filter((each) => !was.includes(each));
  const lost = was.filter((each) => !will.includes(each));
  const lines: string[] = [];
  if (gained.length > 0) lines.push(`${role} can now be assumed by ${formatCodes(gained)}`);
  if (lost.length > 0) lines.push(`${role} can no longer be assumed by ${formatCodes(lost)}`);
  if (lines.length === 0 && before !== after) lines.push(`${role} changes its trust policy: read the diff`);
  return lines;
}

/** Whom a trust policy admits: the values of its conditions where it has some, else its principals. */
function listTrusted(text: unknown): string[] {
  return parseDocument(text).flatMap((statement) => {
    const subjects = Object.values(statement.conditions).flatMap((each) =>
      Object.entries(each).flatMap(([name, values]) => (name.endsWith(":sub") ? listValues(values) : [])),
    );
    return subjects.length > 0 ? subjects : statement.principals;
  });
}

function explainAttachment(effect: Effect): string[] {
  const role = `Role ${formatCode(readText(effect, "role") ?? effect.key)}`;
  const { before, after } = readAttribute(effect, "policy_arn");
  const lines: string[] = [];
  if (ends(effect)) lines.push(`${role} loses ${formatCode(String(before))}`);
  if (begins(effect)) lines.push(`${role} gains ${formatCode(String(after))}`);
  return lines;
}

function explainInline(effect: Effect): string[] {
  const role = `Role ${formatCode(readText(effect, "role") ?? effect.key)}`;
  const policy = formatCode(readText(effect, "name") ?? effect.key);
  if (!remains(effect)) return [`${role} loses its policy ${policy}`];
  if (effect.kind === "import") return [];
  const { after, unknown } = readAttribute(effect, "policy");
  const actions = parseDocument(after).flatMap((statement) => (statement.effect === "Allow" ? statement.actions : []));
  const what = unknown || actions.length === 0 ? "read the diff" : `it may ${formatCodes(actions)}`;
  return [`${role} ${effect.kind === "create" ? "gets" : "changes"} its policy ${policy}: ${what}`];
}
