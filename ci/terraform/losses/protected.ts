import { classifyChange, isLoss } from "../plan.js";
import { ACCOUNT, OIDC_PROVIDER, ORGANIZATION, UNIT } from "../resource-types.js";
import { describeEnd, type Family, nameChange } from "./loss.js";

/** Types whose loss locks people out, loses data or cannot be undone; `prevent_destroy` guards them in the code too. */
export const PROTECTED_TYPES: ReadonlySet<string> = new Set([
  "aws_ecrpublic_repository",
  OIDC_PROVIDER,
  "aws_iam_organizations_features",
  ACCOUNT,
  ORGANIZATION,
  UNIT,
  "aws_s3_bucket",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_versioning",
]);

/** What watches: it can be made again, and nobody sees what happens until then. */
const GUARD_RAILS: ReadonlySet<string> = new Set([
  "aws_accessanalyzer_analyzer",
  "aws_budgets_budget",
  "aws_ce_anomaly_subscription",
  "aws_cloudtrail",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_sns_topic_subscription",
]);

/** Protected resources and guard rails that are destroyed, replaced or forgotten, by their addresses. */
export const listProtected: Family = ({ plan }) =>
  plan.resource_changes.flatMap((change) => {
    const kind = classifyChange(change.change);
    if (!isLoss(kind) || !(PROTECTED_TYPES.has(change.type) || GUARD_RAILS.has(change.type))) return [];
    const name = nameChange(change);
    return [{ name, old: "is there", new: describeEnd({ kind, change }), address: name }];
  });
