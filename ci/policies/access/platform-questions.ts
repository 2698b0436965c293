import {
  ACCOUNTS,
  administrator,
  applyRole,
  breakGlass,
  MEMBERS,
  managementRoot,
  memberPlanRole,
  memberRole,
  planRole,
  publishRole,
} from "./principals.js";
import { ANYTHING, ask, CHANGE_ROLE, iam, type Question } from "./question.js";

const repository = (name: string) => `arn:aws:ecr-public::${ACCOUNTS["public-ecr"]}:repository/${name}`;
const PUSH = [
  "BatchCheckLayerAvailability",
  "CompleteLayerUpload",
  "InitiateLayerUpload",
  "PutImage",
  "UploadLayerPart",
].map((name) => `ecr-public:${name}`);
const SPOIL_REPOSITORY = [
  "BatchDeleteImage",
  "DeleteRepository",
  "SetRepositoryPolicy",
  "PutRepositoryCatalogData",
].map((name) => `ecr-public:${name}`);
const WRITE_STATE = [
  "s3:PutObject",
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:AbortMultipartUpload",
  "s3:PutObjectAcl",
];
const SPOIL_BUCKET = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketPolicy",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
  "s3:PutEncryptionConfiguration",
  "s3:PutBucketPublicAccessBlock",
];

const BUCKET = "arn:aws:s3:::state";
const STATE = `${BUCKET}/organization.tfstate`;

const administrators = MEMBERS.map(administrator);
const memberRoles = MEMBERS.map(memberRole);

/** What the platform's own roles may do, and who may enter which account. */
export const PLATFORM_QUESTIONS: readonly Question[] = [
  ...ask(
    "publishing",
    [publishRole],
    ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
    ["*"],
    "allowed",
  ),
  ...ask("publishing", [publishRole], PUSH, [repository("base"), repository("terraform")], "allowed"),
  ...ask("publishing", [publishRole], PUSH, [repository("other"), repository("base2")], "denied"),
  ...ask("publishing", [publishRole], SPOIL_REPOSITORY, [repository("base")], "denied"),
  ...ask(
    "publishing",
    [publishRole],
    ["iam:PassRole", "iam:CreateRole"],
    [iam("public-ecr", "role/genesis-publish")],
    "denied",
  ),
  ...ask(
    "publishing",
    [planRole, memberPlanRole],
    ["ecr-public:PutImage", "ecr-public:InitiateLayerUpload"],
    [repository("base")],
    "denied",
  ),
  ...ask("publishing", [memberPlanRole], ["ecr-public:DescribeRepositories"], [repository("base")], "allowed"),
  ...ask("entering a member", [planRole], ["sts:AssumeRole"], [iam("public-ecr", "role/genesis-plan")], "allowed"),
  ...ask(
    "entering a member",
    [planRole],
    ["sts:AssumeRole"],
    MEMBERS.map((name) => iam(name, "role/OrganizationAccountAccessRole")),
    "denied",
  ),
  ...ask(
    "entering a member",
    [applyRole, breakGlass],
    ["sts:AssumeRole"],
    MEMBERS.map((name) => iam(name, "role/OrganizationAccountAccessRole")),
    "allowed",
  ),
  ...ask(
    "entering a member",
    [applyRole, administrator("shop"), breakGlass],
    ["sts:AssumeRole"],
    [iam("public-ecr", "role/genesis-plan"), iam("public-ecr", "role/genesis-publish")],
    "denied",
  ),
  ...ask(
    "entering a member",
    [administrator("shop"), publishRole],
    ["sts:AssumeRole"],
    [iam("old", "role/OrganizationAccountAccessRole")],
    "denied",
  ),
  ...ask(
    "entering management",
    [...administrators, publishRole, memberPlanRole],
    ["sts:AssumeRole"],
    [iam("management", "role/genesis-apply"), iam("management", "role/genesis-plan")],
    "denied",
  ),
  ...ask(
    "break-glass",
    [applyRole, breakGlass, managementRoot],
    [...ANYTHING, "organizations:DetachPolicy", "organizations:UpdatePolicy"],
    ["*"],
    "allowed",
  ),
  ...ask(
    "break-glass",
    [applyRole, breakGlass, managementRoot],
    CHANGE_ROLE,
    [iam("management", "role/genesis-apply")],
    "allowed",
  ),
  ...ask("planning", [planRole], [...CHANGE_ROLE, "iam:PassRole"], [iam("management", "role/genesis-apply")], "denied"),
  ...ask("planning", [planRole], ["organizations:DescribeOrganization", "iam:ListRoles"], ["*"], "allowed"),
  ...ask(
    "planning",
    [planRole],
    ["organizations:MoveAccount", "organizations:DetachPolicy", "sts:AssumeRoot", "iam:CreateUser"],
    ["*"],
    "denied",
  ),
  ...ask("the state", [planRole], ["s3:GetObject", "s3:GetObjectVersion"], [STATE], "allowed"),
  ...ask("the state", [planRole], WRITE_STATE, [STATE], "denied"),
  ...ask("the state", [planRole], SPOIL_BUCKET, [BUCKET], "denied"),
  ...ask("the state", [applyRole], ["s3:GetObject", ...WRITE_STATE], [STATE], "allowed"),
  ...ask(
    "the state",
    [...administrators, ...memberRoles, publishRole, memberPlanRole],
    ["s3:GetObject", ...WRITE_STATE],
    [STATE],
    "denied",
  ),
  ...ask(
    "the state, without TLS",
    [applyRole, planRole, breakGlass, managementRoot],
    ["s3:GetObject", "s3:PutObject"],
    [STATE],
    "denied",
    false,
  ),
  ...ask(
    "the state, without TLS",
    [applyRole, planRole, breakGlass, managementRoot],
    ["s3:ListBucket"],
    [BUCKET],
    "denied",
    false,
  ),
];
