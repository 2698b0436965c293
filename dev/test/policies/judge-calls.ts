import type { RequestCount } from "../../../ci/emulator/client.js";
import { listValues } from "../../../ci/terraform/policy-document.js";
import type { Statement } from "./plan-access.js";

/**
 * Permissions that are not called `service:Operation`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html and
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html say which each needs.
 */
const ACTIONS: Readonly<Record<string, string>> = {
  "budgets:DescribeBudget": "budgets:ViewBudget",
  "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
  "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
  "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
  "s3:GetBucketCors": "s3:GetBucketCORS",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:ListObjectsV2": "s3:ListBucket",
};
/** Nobody needs a permission for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const FREE = "sts:GetCallerIdentity";

/** What calls needed and `policies` (by account) lack, and what these allow and no call needed: each `account action`. */
export function judgeCalls(
  requests: readonly RequestCount[],
  policies: Readonly<Record<string, readonly Statement[]>>,
): { lacking: string[]; unused: string[] } {
  const allowed = Object.entries(policies).flatMap(([account, statements]) =>
    statements.flatMap(({ Action, Resource }) =>
      listValues(Action).map((action) => ({ account, action, resources: listValues(Resource), used: false })),
    ),
  );
  const lacking = new Set<string>();
  for (const request of requests) {
    const action = nameAction(request);
    if (action === FREE) continue;
    const resource = nameResource(request);
    for (const account of request.accounts) {
      const found = allowed.filter(
        (each) =>
          each.account === account &&
          matches(each.action, action) &&
          (resource === undefined || each.resources.some((pattern) => matches(pattern, resource))),
      );
      for (const each of found) each.used = true;
      if (found.length === 0) lacking.add(`${account} ${action}${resource === undefined ? "" : ` ${resource}`}`);
    }
  }
  const unused = allowed.filter(({ used }) => !used).map(({ account, action }) => `${account} ${action}`);
  return { lacking: [...lacking].sort(), unused: unused.sort() };
}

function nameAction({ service, operation }: RequestCount): string {
  const name = `${service === "sso-admin" ? "sso" : service}:${operation}`;
  return ACTIONS[name] ?? name;
}

/** The ARN, where the emulator tells which thing was asked for. */
function nameResource({ service, resource }: RequestCount): string | undefined {
  return service === "s3" && resource !== undefined ? `arn:aws:s3:::${resource}` : resource;
}

/** `*` in a policy stands for any characters. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(text);
}
