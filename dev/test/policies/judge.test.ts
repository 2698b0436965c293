import { describe, expect, it } from "vitest";
import { type PolicyKind, parsePolicy } from "../../../ci/policies/document.js";
import { judge, type Request } from "../../../ci/policies/judge.js";
import { expectError } from "../fixtures/errors.js";

const make = (kind: PolicyKind, ...Statement: object[]) =>
  parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), kind, kind);
const allowAll = make("identity", { Effect: "Allow", Action: "*", Resource: "*" });
const role = "arn:aws:iam::111111111111:role/x";

function makeRequest(context: Record<string, string | string[]> = {}, rest: Partial<Request> = {}): Request {
  const keys = Object.entries(context).map(([key, value]): [string, string[]] => [key.toLowerCase(), [value].flat()]);
  return {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    principal: { AWS: [role] },
    context: new Map(keys),
    ...rest,
  };
}

/** Whether a condition holds: it is all that stands between a request and an allow. */
function test(Condition: object, context: Record<string, string | string[]>): boolean {
  const identity = [make("identity", { Effect: "Allow", Action: "*", Resource: "*", Condition })];
  return judge(makeRequest(context), { controls: [], identity, crossAccount: false }).allowed;
}

describe("the logic", () => {
  const deny = { Sid: "D", Effect: "Deny", Action: "*", Resource: "*" };
  const bucket = make("resource", { Effect: "Allow", Action: "*", Resource: "*", Principal: { AWS: role } });

  it.each([
    ["an allow of the identity", { identity: [allowAll] }, true],
    ["no policy at all", { identity: [] }, false],
    ["an allow of the resource in one account", { identity: [], resource: bucket }, true],
    ["an allow of the resource across accounts", { identity: [], resource: bucket, crossAccount: true }, false],
    ["an allow of the identity across accounts", { identity: [allowAll], crossAccount: true }, false],
    ["both allows across accounts", { identity: [allowAll], resource: bucket, crossAccount: true }, true],
    ["a deny of the organization", { identity: [allowAll], controls: [make("control", deny)] }, false],
    ["a deny of the identity", { identity: [allowAll, make("identity", { ...deny, Sid: "D" })] }, false],
    [
      "a deny of the resource",
      { identity: [allowAll], resource: make("resource", { ...deny, Principal: "*" }) },
      false,
    ],
  ])("answers %s", (_, situation, allowed) => {
    expect(judge(makeRequest(), { controls: [], crossAccount: false, ...situation }).allowed).toBe(allowed);
  });

  it("lets a token take a role by the trust policy alone, and a principal by both", () => {
    const statement = (Principal: object) => ({ Effect: "Allow", Action: "sts:*", Principal });
    const federated = make("trust", statement({ Federated: "idp" }));
    const token = makeRequest({}, { action: "sts:AssumeRoleWithWebIdentity", principal: { Federated: ["idp"] } });
    expect(judge(token, { controls: [], identity: [], resource: federated, crossAccount: false }).allowed).toBe(true);
    const other = { ...token, principal: { Federated: ["idp2"] } };
    expect(judge(other, { controls: [], identity: [], resource: federated, crossAccount: false }).allowed).toBe(false);
    const resource = make("trust", statement({ AWS: role }));
    const taking = makeRequest({}, { action: "sts:AssumeRole" });
    expect(judge(taking, { controls: [], identity: [], resource, crossAccount: true }).allowed).toBe(false);
    expect(judge(taking, { controls: [], identity: [allowAll], resource, crossAccount: true }).allowed).toBe(true);
  });

  it("knows no variables in an action", () => {
    const identity = [make("identity", { Effect: "Allow", Action: "s3:${aws:username}", Resource: "*" })];
    const request = makeRequest({ "aws:username": "GetObject" });
    expect(judge(request, { controls: [], identity, crossAccount: false }).allowed).toBe(false);
    const literal = { ...request, action: "s3:${aws:username}" };
    expect(judge(literal, { controls: [], identity, crossAccount: false }).allowed).toBe(true);
  });

  it("has no rule for taking a role of one's own account", async () => {
    const resource = make("trust", { Effect: "Allow", Action: "*", Principal: { AWS: role } });
    const situation = { controls: [], identity: [allowAll], resource, crossAccount: false };
    await expectError("policy-unjudged", () => judge(makeRequest(), situation));
  });

  it("takes a principal that is anybody for whoever asks, also without signing in", () => {
    for (const Principal of ["*", { AWS: "*" }]) {
      const resource = make("resource", { Effect: "Allow", Action: "*", Resource: "*", Principal });
      const situation = { controls: [], identity: [], resource, crossAccount: false };
      expect(judge(makeRequest({}, { principal: {} }), situation).allowed).toBe(true);
    }
  });
});

describe("conditions", () => {
  const like = "arn:aws:iam::*:role/x";
  it.each([
    ["equal", { StringEquals: { k: ["b", "a"] } }, { k: "a" }, true],
    ["equal but for case", { StringEquals: { k: "A" } }, { k: "a" }, false],
    ["equal, case ignored", { StringEqualsIgnoreCase: { k: "A" } }, { k: "a" }, true],
    ["a key in another case", { StringEquals: { "AWS:K": "a" } }, { "aws:k": "a" }, true],
    ["a star is a star where there are no patterns", { StringEquals: { k: "*" } }, { k: "a" }, false],
    ["a pattern", { StringLike: { k: "a*c?" } }, { k: "abbcd" }, true],
    ["a pattern over lines", { StringLike: { k: "a*" } }, { k: "a\nb" }, true],
    ["a pattern with what an expression would mean", { StringLike: { k: "a.c" } }, { k: "abc" }, false],
    ["an escaped star", { StringLike: { k: "a${*}" } }, { k: "ab" }, false],
    ["a missing key", { StringEquals: { k: "a" } }, {}, false],
    ["a missing key, negated", { StringNotEquals: { k: "a" } }, {}, true],
    ["a missing key that need not exist", { StringEqualsIfExists: { k: "a" } }, {}, true],
    ["an existing key that need not exist", { StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
    ["null", { Null: { k: "true" } }, {}, true],
    ["not null", { Null: { k: "false" } }, {}, false],
    ["a truth", { Bool: { k: "TRUE" } }, { k: "true" }, true],
    ["a missing truth", { Bool: { k: "false" } }, {}, false],
    ["an ARN", { ArnLike: { k: like } }, { k: "arn:aws:iam::1:role/x" }, true],
    ["an ARN with a path", { ArnLike: { k: like } }, { k: "arn:aws:iam::1:role/p/x" }, false],
    ["an ARN whose star stays in its part", { ArnLike: { k: like } }, { k: "arn:aws:iam::1:user:role/x" }, false],
    ["an ARN, negated", { ArnNotLike: { k: like } }, { k: "arn:aws:iam::1:role/y" }, true],
    ["all of none", { "ForAllValues:StringEquals": { k: "a" } }, {}, true],
    ["all of some", { "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "c"] }, false],
    ["any of none", { "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
    ["any of some", { "ForAnyValue:StringEquals": { k: "a" } }, { k: ["c", "a"] }, true],
    ["any of some, negated", { "ForAnyValue:StringNotEquals": { k: "a" } }, { k: ["a", "b"] }, true],
    ["a variable", { StringEquals: { k: "${aws:username}" } }, { k: "jo", "aws:username": "jo" }, true],
    ["a variable that holds a star", { StringLike: { k: "${aws:username}" } }, { k: "jo", "aws:username": "*" }, false],
    ["a missing variable", { StringEquals: { k: "${aws:username}" } }, { k: "" }, false],
    ["a missing variable with a default", { StringEquals: { k: "${aws:username, 'jo'}" } }, { k: "jo" }, true],
    ["two keys, one of which fails", { StringEquals: { k: "a", l: "b" } }, { k: "a", l: "c" }, false],
    ["two operators, one of which fails", { StringEquals: { k: "a" }, Null: { l: "false" } }, { k: "a" }, false],
  ])("answers %s", (_, condition, context, holds) => {
    expect(test(condition, context)).toBe(holds);
  });

  it.each([
    ["several values without a set", { StringEquals: { k: "a" } }, { k: ["a", "b"] }],
    ["a value that is no ARN", { ArnLike: { k: like } }, { k: "x" }],
    ["a value that is no truth", { Bool: { k: "true" } }, { k: "yes" }],
    ["a missing variable of a negated operator", { StringNotEquals: { k: "${aws:username}" } }, { k: "a" }],
    ["several values for a variable", { StringEquals: { k: "${v}" } }, { k: "a", v: ["a", "b"] }],
  ])("are not judged with %s", async (_, condition, context) => {
    await expectError("policy-unjudged", () => test(condition, context));
  });

  it("are not judged with a missing variable among the resources that are excepted", async () => {
    const statement = { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::${aws:username}" };
    const situation = { controls: [], identity: [make("identity", statement)], crossAccount: false };
    await expectError("policy-unjudged", () => judge(makeRequest(), situation));
  });
});
