import { type Policy, parsePolicy } from "../document.js";

/**
 * What AWS's managed policies allow, of the services that the matrix asks about; AWS changes them without us. An integration test
 * compares each answer with that of the whole documents, as moto ships them.
 */
const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["*"],
  ReadOnlyAccess: [
    "account:Get*",
    "cloudtrail:Describe*",
    "cloudtrail:Get*",
    "ecr-public:BatchCheckLayerAvailability",
    "ecr-public:Describe*",
    "ecr-public:Get*",
    "iam:Get*",
    "iam:List*",
    "organizations:Describe*",
    "organizations:List*",
    "s3:Get*",
    "s3:List*",
    "sts:GetCallerIdentity",
  ],
};

/** The AWS managed policies by name. */
export const MANAGED_POLICIES: ReadonlyMap<string, Policy> = new Map(
  Object.entries(DOCUMENTS).map(([name, Action]) => {
    const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
    return [name, parsePolicy(JSON.stringify(document), `AWS's ${name}`, "identity")];
  }),
);

/** The trust policy that AWS gives the role in every account that it creates for an organization. */
export const MEMBER_ROLE_TRUST: Policy = parsePolicy(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::111111111111:root" } }],
  }),
  "AWS's trust of OrganizationAccountAccessRole",
  "trust",
);
