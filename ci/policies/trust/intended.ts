/**
 * Who may take which role: the claims of GitHub's tokens, written out. Independent of terraform/ on purpose, so that a change there has to
 * be made here too. The repository is the invented one of `terraform/tests/policies.tftest.hcl`: acme/platform, whose ids are 11 and 22.
 */
export const ISSUER = "token.actions.githubusercontent.com";
export const AUDIENCE = "sts.amazonaws.com";

/** The roles that workflows take: the columns of the matrix. */
export const ROLES = {
  plan: { address: 'aws_iam_role.github["plan"]', account: "111111111111" },
  apply: { address: 'aws_iam_role.github["apply"]', account: "111111111111" },
  publish: { address: "aws_iam_role.publish", account: "222222222222" },
} as const;

/** A role that workflows take. */
export type RoleName = keyof typeof ROLES;

/** The subjects that each role admits, of this issuer and for this audience alone. */
export const INTENDED: Readonly<Record<RoleName, readonly string[]>> = {
  plan: [
    "repo:acme/platform:pull_request",
    "repo:acme/platform:ref:refs/heads/main",
    "repo:acme@11/platform@22:pull_request",
    "repo:acme@11/platform@22:ref:refs/heads/main",
  ],
  apply: ["repo:acme/platform:environment:production", "repo:acme@11/platform@22:environment:production"],
  publish: ["repo:acme/platform:ref:refs/heads/main", "repo:acme@11/platform@22:ref:refs/heads/main"],
};
