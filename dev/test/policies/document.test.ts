import { describe, expect, it } from "vitest";
import { type PolicyKind, parsePolicy } from "../../../ci/policies/document.js";
import { expectError } from "../fixtures/errors.js";

const parse = (value: unknown, kind: PolicyKind = "control") =>
  parsePolicy(JSON.stringify(value), "policies/x.json", kind);
const parseStatement = (statement: unknown, kind: PolicyKind) =>
  parse({ Version: "2012-10-17", Statement: [statement] }, kind);

describe("a policy of the organization", () => {
  const statement = { Sid: "Deny1", Effect: "Deny", Action: "*", Resource: ["*"] };

  it("is taken where it denies", () => {
    expect(parseStatement(statement, "control").statements).toHaveLength(1);
  });

  it.each([
    ["policies/x.json Version", { Version: "2008-10-17", Statement: [statement] }],
    ["policies/x.json Statement", { Version: "2012-10-17", Statement: [] }],
    ["policies/x.json Statement[0].Effect", { Version: "2012-10-17", Statement: [{ ...statement, Effect: "Allow" }] }],
    ["policies/x.json Statement[0].Sid", { Version: "2012-10-17", Statement: [{ ...statement, Sid: "a b" }] }],
    [
      "policies/x.json Statement[0].NotAction",
      { Version: "2012-10-17", Statement: [{ ...statement, NotAction: "*" }] },
    ],
    [
      "policies/x.json Statement[0].Principal",
      { Version: "2012-10-17", Statement: [{ ...statement, Principal: "*" }] },
    ],
  ])("is refused at %s", async (subject, policy) => {
    const error = await expectError("field-invalid", () => parse(policy));
    expect(error.subject).toBe(subject);
  });

  it("is refused where it is not JSON", async () => {
    await expectError("json-invalid", () => parsePolicy("{", "policies/x.json", "control"));
  });
});

describe("a policy of another kind", () => {
  const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" };
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } };

  it.each([
    ["identity", allow],
    ["resource", { ...allow, Principal: "*" }],
    ["trust", trust],
  ] as const)("is taken as %s", (kind, statement) => {
    expect(parseStatement(statement, kind).statements[0]?.effect).toBe("Allow");
  });

  it.each([
    ["identity", { ...allow, Principal: "*" }, "Principal"],
    ["trust", { ...trust, Resource: "*" }, "Resource"],
    ["resource", allow, "Principal"],
    ["trust", { ...trust, NotPrincipal: "*" }, "NotPrincipal"],
  ] as const)("is refused as %s by what it may not hold or lacks", async (kind, statement, field) => {
    const error = await expectError("field-invalid", () => parseStatement(statement, kind));
    expect(error.subject).toBe(`policies/x.json Statement[0].${field}`);
  });

  it.each([
    ["no action", "identity", { Effect: "Allow", Resource: "*" }],
    ["no resource", "identity", { Effect: "Allow", Action: "*" }],
    ["an action and all others", "identity", { ...allow, NotAction: "*" }],
    ["another type of principal", "trust", { ...trust, Principal: { CanonicalUser: "x" } }],
    ["a pattern of principals", "trust", { ...trust, Principal: { AWS: "arn:aws:iam::*:role/x" } }],
    ["half an ARN", "identity", { ...allow, Resource: "arn:aws:s3" }],
    ["what is no ARN", "identity", { ...allow, Resource: "bucket/*" }],
    ["an unreadable variable", "identity", { ...allow, Resource: "arn:aws:s3:::${a b}" }],
    ...Object.entries({
      NumericLessThan: { "s3:max-keys": "10" },
      IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
      DateLessThan: { "aws:CurrentTime": "2026-01-01" },
      BinaryEquals: { key: "QmluYXJ5" },
      stringequals: { a: "b" },
      StringEqualsIfExistsIfExists: { a: "b" },
      "ForSomeValues:StringEquals": { a: "b" },
      "ForAnyValue:StringEqualsIfExists": { a: "b" },
      "ForAllValues:Null": { a: "true" },
      NullIfExists: { a: "true" },
      Bool: { a: "yes" },
      Null: { a: "maybe" },
      ArnLike: { a: "*" },
      constructor: { a: "b" },
    }).map(([operator, block]) => [operator, "identity", { ...allow, Condition: { [operator]: block } }] as const),
  ] as const)("is not judged with %s", async (_, kind, statement) => {
    const error = await expectError("policy-unjudged", () => parseStatement(statement, kind));
    expect(error.subject).toMatch(/^policies\/x\.json Statement\[0\]/);
  });
});
