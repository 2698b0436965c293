/** Calls to AWS APIs that look signed, for services whose clients are not installed. */

const TARGETS = {
  cloudtrail: ["CloudTrail_20131101", "cloudtrail"],
  "ecr-public": ["SpencerFrontendService", "ecr-public"],
  events: ["AWSEvents", "events"],
  identitystore: ["AWSIdentityStore", "identitystore"],
  organizations: ["AWSOrganizationsV20161128", "organizations"],
  "sso-admin": ["SWBExternalService", "sso"],
} as const;

export interface RawAnswer {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an API answers is asserted, field by field
  json: any;
}

export interface Caller {
  accessKey?: string;
  region?: string;
}

function sign({ accessKey = "test", region = "us-east-1" }: Caller, signingName: string): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/20250101/${region}/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;
}

async function send(url: string, init: RequestInit): Promise<RawAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const json = text.startsWith("{") ? JSON.parse(text) : undefined;
  return { status: response.status, text, json };
}

export function callJson(
  url: string,
  service: keyof typeof TARGETS,
  operation: string,
  input: unknown = {},
  caller: Caller = {},
): Promise<RawAnswer> {
  const [target, signingName] = TARGETS[service];
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `${target}.${operation}`,
    authorization: sign(caller, signingName),
  };
  return send(url, { method: "POST", headers, body: JSON.stringify(input) });
}

export function callQuery(
  url: string,
  service: "iam" | "sts",
  parameters: Record<string, string>,
  caller: Caller = {},
): Promise<RawAnswer> {
  const headers = { authorization: sign(caller, service) };
  return send(url, { method: "POST", headers, body: new URLSearchParams(parameters) });
}

/** Calls S3, which puts the operation into method and path. */
export function callRest(
  url: string,
  service: "s3",
  method: string,
  path: string,
  body?: string,
  caller: Caller = {},
): Promise<RawAnswer> {
  const headers = { authorization: sign(caller, service), "content-type": "application/octet-stream" };
  return send(url + path, { method, headers, ...(body !== undefined && { body }) });
}

/** Creates an account and waits until it is there; its id. */
export async function createAccount(url: string, name: string, email: string): Promise<string> {
  const created = await callJson(url, "organizations", "CreateAccount", { AccountName: name, Email: email });
  for (;;) {
    const input = { CreateAccountRequestId: created.json.CreateAccountStatus.Id };
    const { json } = await callJson(url, "organizations", "DescribeCreateAccountStatus", input);
    const { State, AccountId, FailureReason } = json.CreateAccountStatus;
    if (State === "SUCCEEDED") return AccountId;
    if (State === "FAILED") throw new Error(FailureReason);
  }
}

/** Assumes a role of an account; the access key. */
export async function assumeRole(url: string, accountId: string, role: string): Promise<string> {
  const RoleArn = `arn:aws:iam::${accountId}:role/${role}`;
  const { text } = await callQuery(url, "sts", { Action: "AssumeRole", RoleArn, RoleSessionName: "test" });
  return /<AccessKeyId>([^<]+)</.exec(text)?.[1] ?? "";
}

interface RoleOf {
  userName: string;
  role: string;
  accountId: string;
}

/** Gives each their role by a permission set and a group of its name, as terraform/ does. The organization is there; each name comes once. */
export async function assignRoles(url: string, assignments: readonly RoleOf[]): Promise<void> {
  const { InstanceArn, IdentityStoreId } = (await callJson(url, "sso-admin", "ListInstances")).json.Instances[0];
  const store = async (operation: string, input: object) =>
    (await callJson(url, "identitystore", operation, { IdentityStoreId, ...input })).json;
  const admin = async (operation: string, input: object) =>
    (await callJson(url, "sso-admin", operation, { InstanceArn, ...input })).json;
  for (const { userName, role, accountId } of assignments) {
    const Name = { GivenName: userName, FamilyName: userName };
    const { UserId } = await store("CreateUser", { UserName: userName, DisplayName: userName, Name });
    const { GroupId } = await store("CreateGroup", { DisplayName: role });
    await store("CreateGroupMembership", { GroupId, MemberId: { UserId } });
    const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: role })).PermissionSet;
    const target = { PermissionSetArn, TargetId: accountId, TargetType: "AWS_ACCOUNT" };
    await admin("CreateAccountAssignment", { ...target, PrincipalType: "GROUP", PrincipalId: GroupId });
  }
}
