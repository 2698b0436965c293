import { formatCode, formatCodes } from "../../lib/markdown.js";
import { type Effect, listEffects, readAttribute, readText } from "../effects.js";
import type { Plan } from "../plan.js";
import { listValues, parseDocument, type Statement } from "../policy-document.js";
import { OIDC_PROVIDER, POLICY } from "../resource-types.js";
import { describeChanges } from "./changes.js";

/** Guards other than policies: any change of them may open something. */
const GUARDS: ReadonlySet<string> = new Set([
  "aws_cloudtrail",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  OIDC_PROVIDER,
  "aws_iam_organizations_features",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_sns_topic_policy",
]);

const LISTS: Readonly<Record<string, { name: string; list: (value: unknown) => string[] }>> = {
  [OIDC_PROVIDER]: { name: "client_id_list", list: listValues },
  aws_s3_bucket_policy: { name: "policy", list: (value) => parseDocument(value).map(({ text }) => text) },
};

/** What forbids less than before, or may: policies that loosen, guards that change. What goes is told by the losses. */
export function explainGuards(plan: Plan): string[] {
  return listEffects(plan).flatMap((effect) => {
    const { type, address } = effect.change;
    if (type === POLICY) return explainPolicy(effect);
    if (!GUARDS.has(type) || effect.kind !== "update" || !gains(effect)) return [];
    return [`${formatCode(address)} changes: ${describeChanges(effect)}`];
  });
}

/** Whether there is more to tell than the losses do: of what is a list, that it has something new. */
function gains(effect: Effect): boolean {
  const read = LISTS[effect.change.type];
  if (read === undefined) return true;
  const { before, after } = readAttribute(effect, read.name);
  const had = new Set(read.list(before));
  return read.list(after).some((each) => !had.has(each));
}

/** Whether a policy denies less than before, or may. */
export const isLoosened = (effect: Effect): boolean => explainPolicy(effect).length > 0;

function explainPolicy(effect: Effect): string[] {
  const policy = `Policy ${formatCode(readText(effect, "name") ?? effect.key)}`;
  if (effect.kind !== "update") return [];
  const { before, after, unknown } = readAttribute(effect, "content");
  if (before === after && !unknown) return [];
  const will = new Map(parseDocument(after).map((statement) => [statement.sid, statement]));
  const was = parseDocument(before);
  if (was.length === 0 || will.size === 0) return [`${policy} changes: read the diff`];
  return was.flatMap((statement) =>
    compareStatements(statement, will.get(statement.sid)).map((line) => `${policy}: ${line}`),
  );
}

/** How a statement that denies denies less. Nothing is said of one that denies more. */
function compareStatements(before: Statement, after: Statement | undefined): string[] {
  const name = formatCode(before.sid);
  if (after === undefined || after.effect !== before.effect) return [`${name} is removed`];
  if (after.text === before.text) return [];
  const lines: string[] = [];
  const actions = before.actions.filter((each) => !after.actions.includes(each));
  const resources = before.resources.filter((each) => !after.resources.includes(each));
  if (actions.length > 0) lines.push(`${name} no longer denies ${formatCodes(actions)}`);
  if (resources.length > 0) lines.push(`${name} no longer covers ${formatCodes(resources)}`);
  const rest = ({ text }: Statement) => JSON.stringify({ ...JSON.parse(text), Action: 0, Resource: 0 });
  if (rest(before) !== rest(after)) lines.push(`${name} changes its exceptions: read the diff`);
  return lines;
}
