import {
  ACCOUNTS,
  type AccountName,
  administrator,
  lookalikes,
  MEMBERS,
  memberRole,
  root,
  rootSession,
  rootWithoutKey,
} from "./principals.js";
import { ANYTHING, ask, CHANGE_ROLE, iam, type Question } from "./question.js";

const trail = (account: AccountName, name: string) => `arn:aws:cloudtrail:us-east-1:${ACCOUNTS[account]}:trail/${name}`;

// Accepting another organization's invitation leaves this one: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
const LEAVE = ["organizations:LeaveOrganization", "organizations:AcceptHandshake", "account:CloseAccount"];
const READ_ROLE = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"];
const CHANGE_PROVIDER = [
  "AddClientIDToOpenIDConnectProvider",
  "CreateOpenIDConnectProvider",
  "DeleteOpenIDConnectProvider",
  "RemoveClientIDFromOpenIDConnectProvider",
  "TagOpenIDConnectProvider",
  "UntagOpenIDConnectProvider",
  "UpdateOpenIDConnectProviderThumbprint",
].map((name) => `iam:${name}`);
const STOP_TRAIL = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"].map(
  (name) => `cloudtrail:${name}`,
);

const PLATFORM_ROLES = [
  "role/OrganizationAccountAccessRole",
  "role/genesis-plan",
  "role/genesis-publish",
  "role/genesis-new",
];
const GITHUB = "oidc-provider/token.actions.githubusercontent.com";

const administrators = MEMBERS.map(administrator);
const memberRoles = MEMBERS.map(memberRole);
const open = ["public-ecr", "shop"] as const;

/** What the policies of the organization leave to member accounts. */
export const MEMBER_QUESTIONS: readonly Question[] = [
  ...ask(
    "leaving the organization",
    [...administrators, ...memberRoles, ...open.map(rootSession)],
    LEAVE,
    ["*"],
    "denied",
  ),
  ...ask(
    "root of a member",
    MEMBERS.flatMap((name) => [root(name), rootWithoutKey(name)]),
    ANYTHING,
    ["*"],
    "denied",
  ),
  ...ask(
    "a root session in a member",
    open.map(rootSession),
    ["s3:DeleteBucketPolicy", "sqs:SetQueueAttributes", "iam:DeleteLoginProfile"],
    ["*"],
    "allowed",
  ),
  ...open.flatMap((name) => [
    ...ask(
      "the platform's roles",
      [administrator(name), rootSession(name)],
      CHANGE_ROLE,
      PLATFORM_ROLES.map((path) => iam(name, path)),
      "denied",
    ),
    ...ask(
      "the platform's roles",
      lookalikes(name),
      ["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
      PLATFORM_ROLES.map((path) => iam(name, path)),
      "denied",
    ),
    ...ask(
      "the platform's roles",
      [memberRole(name)],
      CHANGE_ROLE,
      PLATFORM_ROLES.map((path) => iam(name, path)),
      "allowed",
    ),
    ...ask(
      "the platform's roles",
      [administrator(name)],
      READ_ROLE,
      PLATFORM_ROLES.map((path) => iam(name, path)),
      "allowed",
    ),
    ...ask(
      "other roles",
      [administrator(name)],
      CHANGE_ROLE,
      [iam(name, "role/deploy"), iam(name, "role/x-genesis-plan")],
      "allowed",
    ),
    // It opens nothing: a changed provider is still GitHub's, and the trust policies name the audience and the subjects themselves.
    ...ask("GitHub's identity provider", [administrator(name)], CHANGE_PROVIDER, [iam(name, GITHUB)], "allowed"),
  ]),
  ...MEMBERS.flatMap((name) => {
    const trails = (["management", name] as const).map((owner) => trail(owner, "genesis-organization"));
    return ask("the trail", [administrator(name), memberRole(name)], STOP_TRAIL, trails, "denied");
  }),
  ...open.flatMap((name) =>
    ask(
      "the trail",
      [administrator(name)],
      ["cloudtrail:GetTrailStatus"],
      [trail(name, "genesis-organization")],
      "allowed",
    ),
  ),
  ...open.flatMap((name) => ask("other trails", [administrator(name)], STOP_TRAIL, [trail(name, "own")], "allowed")),
  ...ask(
    "a suspended account",
    [administrator("old"), rootSession("old"), ...lookalikes("old")],
    ANYTHING,
    ["*"],
    "denied",
  ),
  ...ask("a suspended account", [memberRole("old")], ANYTHING, ["*"], "allowed"),
  ...ask("an open account", open.map(administrator), ANYTHING, ["*"], "allowed"),
];
