import { ACCOUNTS, type AccountName, type Asking } from "./principals.js";

/** One question of the access matrix with the answer that is meant, independent of terraform/. */
export interface Question {
  /** What the rows of this kind are about. */
  topic: string;
  who: Asking;
  action: string;
  resource: string;
  /** Whether the request comes over TLS. */
  tls: boolean;
  allowed: boolean;
}

/** Every combination of who, actions and resources, with one answer. */
export function ask(
  topic: string,
  who: readonly Asking[],
  actions: readonly string[],
  resources: readonly string[],
  answer: "allowed" | "denied",
  tls = true,
): Question[] {
  return who.flatMap((each) =>
    actions.flatMap((action) =>
      resources.map((resource) => ({ topic, who: each, action, resource, tls, allowed: answer === "allowed" })),
    ),
  );
}

/** The ARN of something of IAM. */
export const iam = (account: AccountName, path: string) => `arn:aws:iam::${ACCOUNTS[account]}:${path}`;

/** Requests that have nothing to do with the platform. */
export const ANYTHING = [
  "ec2:RunInstances",
  "iam:CreateUser",
  "s3:CreateBucket",
  "sts:GetCallerIdentity",
  "organizations:DescribeOrganization",
];

/** Everything that changes a role. */
export const CHANGE_ROLE = [
  "AttachRolePolicy",
  "CreateRole",
  "DeleteRole",
  "DeleteRolePermissionsBoundary",
  "DeleteRolePolicy",
  "DetachRolePolicy",
  "PutRolePermissionsBoundary",
  "PutRolePolicy",
  "TagRole",
  "UntagRole",
  "UpdateAssumeRolePolicy",
  "UpdateRole",
  "UpdateRoleDescription",
].map((name) => `iam:${name}`);
