import type { Statement } from "./plan-access.js";

/** Who asks: a principal of the invented organization of terraform/tests/access.tftest.hcl. */
export interface Asking {
  account: string;
  /** The end of its ARN. */
  path: string;
  /** Names of the documents that say what it may do. */
  may: readonly string[];
  /** Whether AWS says that this is a root session, where it says so. */
  assumedRoot?: "true" | "false";
}

/** Requests with one answer, and the one change that must turn every answer. */
export interface Question {
  what: string;
  requests: readonly { who: Asking; action: string; resource: string }[];
  tls: boolean;
  answer: string;
  /** `document/Sid`, or `document/index` where it has no Sid. */
  statement: string;
  /** What the statement then is; undefined where it goes. */
  change: (statement: Statement) => Statement | undefined;
}

/**
 * What is meant, independent of terraform/: every one of who, in every account of where, with every action and resource. The last column is
 * the change that turns the answer: a statement that goes, or is about everything, or loses a condition.
 */
const TABLE = `
no member leaves the organization       | engineer, member role, root session | open   | leave        | *              | denied  | genesis-deny-leaving/DenyLeaving gone
nor by another one's invitation         | engineer, member role               | open   | accept       | invitation     | denied  | genesis-deny-leaving/DenyLeaving gone
root of a member does nothing           | root, unmarked root                 | open   | anything     | bucket         | denied  | genesis-deny-member-root/DenyMemberRoot gone
a session as root, by management, does  | root session                        | open   | anything     | bucket         | allowed | genesis-deny-member-root/DenyMemberRoot without BoolIfExists
an engineer works in an open account    | engineer                            | open   | anything     | bucket         | allowed | genesis-deny-member-root/DenyMemberRoot without ArnLike
nobody changes the platform's roles     | engineer, root session, lookalikes  | open   | change roles | platform roles | denied  | genesis-protect-platform/ProtectRoles gone
but the platform's own role             | member role                         | open   | change roles | platform roles | allowed | genesis-protect-platform/ProtectRoles without ArnNotLike
an engineer reads them                  | engineer                            | open   | read roles   | platform roles | allowed | genesis-protect-platform/ProtectRoles every-action
and changes others                      | engineer                            | open   | change roles | other roles    | allowed | genesis-protect-platform/ProtectRoles everywhere
nobody stops the organization's trail   | engineer, member role, root session | open   | stop trails  | the trail      | denied  | genesis-protect-platform/ProtectTrail gone
an engineer stops another               | engineer                            | open   | stop trails  | another trail  | allowed | genesis-protect-platform/ProtectTrail everywhere
a suspended account does nothing        | engineer, root session, lookalikes  | old    | anything     | bucket         | denied  | genesis-deny-all/DenyAll gone
but by the platform's own role          | member role                         | old    | anything     | bucket         | allowed | genesis-deny-all/DenyAll without ArnNotLike
management is not locked out            | apply role, break-glass             | -      | change roles | apply role     | allowed | management below-the-policies
nor from taking a wrong policy away     | apply role, break-glass             | -      | unpolicy     | *              | allowed | AdministratorAccess/0 gone
nor out of any member                   | apply role, break-glass             | member | enter        | member role    | allowed | AdministratorAccess/0 gone
the plan role enters to read            | plan role                           | -      | enter        | reader         | allowed | plan/EnterPublicEcr gone
and by no other role                    | plan role                           | member | enter        | member role    | denied  | plan/EnterPublicEcr everywhere
the plan role reads the state           | plan role                           | -      | read state   | state          | allowed | plan/ReadState gone
and does not write it                   | plan role                           | -      | write state  | state          | denied  | plan/ReadState every-action
it reads the bucket's settings          | plan role                           | -      | read bucket  | state bucket   | allowed | plan/ReadBucket gone
and those of no other                   | plan role                           | -      | read bucket  | bucket         | denied  | plan/ReadBucket everywhere
it reads our roles                      | plan role                           | -      | read roles   | apply role     | allowed | plan/ReadIam gone
it reads no other object                | plan role                           | -      | read state   | other objects  | denied  | plan/ReadState everywhere
no parameter                            | plan role                           | -      | read secret  | parameter      | denied  | plan/ReadState everything
no log                                  | plan role                           | -      | read log     | log            | denied  | plan/ReadState everything
no queue                                | plan role                           | -      | read queue   | queue          | denied  | plan/ReadState everything
and changes nothing                     | plan role                           | -      | change roles | apply role     | denied  | plan/ReadIam every-action
nor who may do what                     | plan role                           | -      | unpolicy     | *              | denied  | plan/ReadOrganization every-action
nobody reads it without TLS             | apply role, plan role, break-glass  | -      | read state   | state, no TLS  | denied  | bucket/0 gone
the publish role logs in                | publish role                        | -      | log in       | *              | allowed | publish/0 gone
and pushes                              | publish role                        | -      | push         | repository     | allowed | publish/1 gone
to no other repository                  | publish role                        | -      | push         | others         | denied  | publish/1 everywhere
and spoils none                         | publish role                        | -      | spoil        | repository     | denied  | publish/1 every-action
`;

/** The accounts; `old` is suspended. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  management: "111111111111",
  "public-ecr": "222222222222",
  shop: "333333333333",
  old: "444444444444",
};
const WHERE: Readonly<Record<string, readonly string[]>> = {
  "-": ["management"],
  open: ["public-ecr", "shop"],
  old: ["old"],
  member: ["public-ecr", "shop", "old"],
};

const ALL = ["AdministratorAccess"];
const MEMBER_ROLE = "role/OrganizationAccountAccessRole";
const SSO = "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_administrator_0123456789abcdef";
/** Names that are almost the exempted one. */
const LOOKALIKES = [`role/x/${MEMBER_ROLE.slice(5)}`, MEMBER_ROLE.toLowerCase(), `${MEMBER_ROLE}2`].concat(
  MEMBER_ROLE.replace("role", "user"),
);
const WHO: Readonly<Record<string, (account: string) => Asking[]>> = {
  engineer: (account) => [{ account, path: SSO, may: ALL }],
  // What the apply role, and whoever breaks the glass, acts as in a member.
  "member role": (account) => [{ account, path: MEMBER_ROLE, may: ALL }],
  root: (account) => [{ account, path: "root", may: ALL, assumedRoot: "false" }],
  // Where AWS does not send the key that tells root from a session as root.
  "unmarked root": (account) => [{ account, path: "root", may: ALL }],
  "root session": (account) => [{ account, path: "root", may: ALL, assumedRoot: "true" }],
  lookalikes: (account) => LOOKALIKES.map((path) => ({ account, path, may: ALL })),
  "plan role": () => [{ account: "management", path: "role/genesis-plan", may: ["plan"] }],
  "apply role": () => [{ account: "management", path: "role/genesis-apply", may: ALL }],
  "break-glass": () => [{ account: "management", path: "user/break-glass", may: ALL }],
  "publish role": () => [{ account: "public-ecr", path: "role/genesis-publish", may: ["publish"] }],
};

const expand = (service: string, names: string) => names.split(" ").map((name) => `${service}:${name}`);
const DOES: Readonly<Record<string, readonly string[]>> = {
  leave: ["organizations:LeaveOrganization", "account:CloseAccount"],
  accept: ["organizations:AcceptHandshake"],
  anything: expand("s3", "CreateBucket DeleteBucketPolicy"),
  "change roles": expand(
    "iam",
    "AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole",
  ),
  "read roles": expand("iam", "GetRole ListRolePolicies"),
  "stop trails": expand("cloudtrail", "DeleteTrail PutEventSelectors StopLogging UpdateTrail"),
  unpolicy: expand("organizations", "DetachPolicy UpdatePolicy MoveAccount"),
  enter: ["sts:AssumeRole"],
  "read state": ["s3:GetObject"],
  "read bucket": expand("s3", "GetBucketPolicy GetEncryptionConfiguration ListBucket"),
  "read secret": expand("ssm", "GetParameter GetParameterHistory"),
  "read log": expand("logs", "GetLogEvents FilterLogEvents"),
  "read queue": ["sqs:ReceiveMessage"],
  "write state": expand("s3", "PutObject DeleteObject DeleteObjectVersion"),
  "log in": ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
  push: expand(
    "ecr-public",
    "BatchCheckLayerAvailability CompleteLayerUpload InitiateLayerUpload PutImage UploadLayerPart",
  ),
  spoil: expand("ecr-public", "BatchDeleteImage DeleteRepository SetRepositoryPolicy"),
};

const role = (account: string, ...names: string[]) => names.map((name) => `arn:aws:iam::${idOf(account)}:role/${name}`);
const trail = (account: string, name: string) => [`arn:aws:cloudtrail:us-east-1:${idOf(account)}:trail/${name}`];
const repository = (name: string) => `arn:aws:ecr-public::${idOf("public-ecr")}:repository/${name}`;
const TO: Readonly<Record<string, (account: string) => string[]>> = {
  "*": () => ["*"],
  invitation: () => ["arn:aws:organizations::999999999999:handshake/o-other00000/invite/h-12345678"],
  bucket: () => ["arn:aws:s3:::own"],
  "platform roles": (account) =>
    role(account, "OrganizationAccountAccessRole", "genesis-plan", "genesis-publish", "genesis-new"),
  "other roles": (account) => role(account, "deploy", "x-genesis-plan"),
  "the trail": (account) => trail(account, "genesis-organization"),
  "another trail": (account) => trail(account, "own"),
  "apply role": (account) => role(account, "genesis-apply"),
  "member role": (account) => role(account, "OrganizationAccountAccessRole"),
  reader: () => role("public-ecr", "genesis-plan"),
  state: () => ["arn:aws:s3:::state/organization.tfstate"],
  "state bucket": () => ["arn:aws:s3:::state"],
  "other objects": () => ["arn:aws:s3:::own/organization.tfstate", "arn:aws:s3:::state/dump.sql"],
  parameter: (account) => [`arn:aws:ssm:us-east-1:${idOf(account)}:parameter/token`],
  log: (account) => [`arn:aws:logs:us-east-1:${idOf(account)}:log-group:app:log-stream:one`],
  queue: (account) => [`arn:aws:sqs:us-east-1:${idOf(account)}:jobs`],
  repository: () => [repository("base")],
  others: () => [repository("base2"), repository("other")],
};

const CHANGES: Readonly<Record<string, (statement: Statement, operator: string) => Statement | undefined>> = {
  gone: () => undefined,
  everywhere: (statement) => ({ ...statement, Resource: "*" }),
  "every-action": (statement) => ({ ...statement, Action: "*" }),
  everything: (statement) => ({ ...statement, Action: "*", Resource: "*" }),
  without: (statement, operator) => {
    const { [operator]: _, ...Condition } = statement.Condition as Record<string, unknown>;
    return { ...statement, Condition };
  },
  // Not a statement: the management account is asked as if it were an open one.
  "below-the-policies": (statement) => statement,
};

export const idOf = (account: string): string => find(ACCOUNTS, account);

function find<T>(words: Readonly<Record<string, T>>, word: string): T {
  const value = words[word];
  if (value === undefined) throw new Error(`The table of questions has no word for ${word}`);
  return value;
}

export const QUESTIONS: readonly Question[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [what = "", who = "", where = "", does = "", to = "", answer = "", turned = ""] = line.split(/ *\| */);
    const [statement = "", change = "", operator = ""] = turned.split(" ");
    const [target = "", noTls] = to.split(", ");
    const requests = find(WHERE, where).flatMap((account) =>
      who
        .split(", ")
        .flatMap((each) => find(WHO, each)(account))
        .flatMap((each) =>
          find(DOES, does).flatMap((action) =>
            find(TO, target)(account).map((resource) => ({ who: each, action, resource })),
          ),
        ),
    );
    const turn = find(CHANGES, change);
    return { what, requests, tls: noTls === undefined, answer, statement, change: (old) => turn(old, operator) };
  });
