import { formatCode, formatCodes } from "../../lib/markdown.js";
import type { Plan } from "../plan.js";
import { describeChanges, type Effect, ends, listEffects, readAttribute, readText, splitKey } from "./changes.js";
import { listValues, parseDocument, type Statement } from "./policy-document.js";

/** Guards other than policies: any change of them may open something. */
const GUARDS: ReadonlySet<string> = new Set([
  "aws_iam_openid_connect_provider",
  "aws_iam_organizations_features",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
]);

/** What forbids less than before, or may: policies that loosen or go, guards that change, services that lose their trust. */
export function explainGuards(plan: Plan): string[] {
  return listEffects(plan).flatMap((effect) => {
    const { type, address } = effect.change;
    if (type === "aws_organizations_policy") return explainPolicy(effect);
    if (type === "aws_organizations_policy_attachment" && ends(effect)) {
      const { owner, rest } = splitKey(effect.key);
      return [`Policy ${formatCode(owner)} no longer applies to ${formatCode(rest)}`];
    }
    if (type === "aws_organizations_organization" && effect.kind === "update") return explainOrganization(effect);
    if (!GUARDS.has(type) || effect.kind === "create" || effect.kind === "import") return [];
    if (ends(effect)) return [`${formatCode(address)} goes`];
    return [`${formatCode(address)} changes: ${describeChanges(effect)}`];
  });
}

function explainPolicy(effect: Effect): string[] {
  const policy = `Policy ${formatCode(readText(effect, "name") ?? effect.key)}`;
  if (ends(effect)) return [`${policy} goes`];
  if (effect.kind !== "update") return [];
  const { before, after, unknown } = readAttribute(effect, "content");
  if (before === after && !unknown) return [];
  const will = new Map(parseDocument(after).map((statement) => [statement.sid, statement]));
  const was = parseDocument(before);
  if (was.length === 0 || will.size === 0) return [`${policy} changes in a way that only the diff shows`];
  return was.flatMap((statement) =>
    compareStatements(statement, will.get(statement.sid)).map((line) => `${policy}: ${line}`),
  );
}

/** How a statement that denies denies less. Nothing is said of one that denies more. */
function compareStatements(before: Statement, after: Statement | undefined): string[] {
  const name = formatCode(before.sid);
  if (after === undefined || after.effect !== before.effect) return [`${name} goes`];
  if (after.text === before.text) return [];
  const lines: string[] = [];
  const actions = before.actions.filter((each) => !after.actions.includes(each));
  const resources = before.resources.filter((each) => !after.resources.includes(each));
  if (actions.length > 0) lines.push(`${name} no longer denies ${formatCodes(actions)}`);
  if (resources.length > 0) lines.push(`${name} no longer covers ${formatCodes(resources)}`);
  const rest = ({ text }: Statement) => JSON.stringify({ ...JSON.parse(text), Action: 0, Resource: 0 });
  if (rest(before) !== rest(after)) lines.push(`${name} changes whom or what it spares: read it in the diff`);
  return lines;
}

function explainOrganization(effect: Effect): string[] {
  return ["aws_service_access_principals", "enabled_policy_types"].flatMap((name) => {
    const { before, after } = readAttribute(effect, name);
    const lost = listValues(before).filter((each) => !listValues(after).includes(each));
    return lost.length > 0 ? [`The organization no longer has ${formatCodes(lost)} in ${formatCode(name)}`] : [];
  });
}
