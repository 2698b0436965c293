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

/** Protected resources that are destroyed, replaced or forgotten, by their addresses. */
export const listProtected: Family = ({ plan }) =>
  plan.resource_changes.flatMap((change) => {
    const kind = classifyChange(change.change);
    if (!PROTECTED_TYPES.has(change.type) || !isLoss(kind)) return [];
    const name = nameChange(change);
    return [{ name, old: "is there", new: describeEnd({ kind, change }), address: name }];
  });
