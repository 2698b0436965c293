import type { SeenIam } from "./snapshot.js";

/** What the code has of a role: terraform/github.tf and terraform/public_ecr.tf. */
export interface Role {
  name: string;
  address: string;
  inline?: { name: string; address: string };
  attached?: { arn: string; address: string };
}

/** In the management account. */
export const MANAGEMENT_ROLES: readonly Role[] = [
  {
    name: "genesis-plan",
    address: 'aws_iam_role.github["plan"]',
    inline: { name: "read", address: "aws_iam_role_policy.plan" },
  },
  {
    name: "genesis-apply",
    address: 'aws_iam_role.github["apply"]',
    attached: {
      arn: "arn:aws:iam::aws:policy/AdministratorAccess",
      address: 'aws_iam_role_policy_attachment.github["apply"]',
    },
  },
];
/** In the dedicated account. */
export const DEDICATED_ROLES: readonly Role[] = [
  {
    name: "genesis-publish",
    address: "aws_iam_role.publish",
    inline: { name: "push", address: "aws_iam_role_policy.publish" },
  },
  {
    name: "genesis-plan",
    address: "aws_iam_role.public_ecr_plan",
    inline: { name: "read", address: "aws_iam_role_policy.public_ecr_plan" },
  },
];

/** What a role of our name has beside what the code gives it: names of inline policies, and ARNs of attached ones. */
export function listForeignRights({ name, inline, attached }: SeenIam["roles"][number]): string[] {
  const ours = [...MANAGEMENT_ROLES, ...DEDICATED_ROLES].filter((role) => role.name === name);
  const own = ours.flatMap((role) => [role.inline?.name, role.attached?.arn]);
  return [...inline, ...attached].filter((right) => !own.includes(right));
}
