import { describe, expect, it } from "vitest";
import { checkPolicies } from "../../../ci/terraform/check-policies.js";
import { expectError, expectErrors } from "../fixtures/errors.js";

const statement = { Sid: "Deny1", Effect: "Deny", Action: "*", Resource: ["*"] };
const write = (value: unknown, path = "policies/x.json") => ({
  path,
  hash: "",
  text: typeof value === "string" ? value : JSON.stringify(value),
});
const policy = (changed: object) => ({ Version: "2012-10-17", Statement: [{ ...statement, ...changed }] });

describe("checkPolicies", () => {
  it("takes what denies by name, with conditions, and looks at no other file", async () => {
    const condition = { Condition: { Bool: { "aws:SecureTransport": false }, StringLike: { a: ["b", "c*"] } } };
    const region = {
      ...{ Action: undefined, NotAction: ["iam:*"] },
      Condition: { StringNotEquals: { "aws:RequestedRegion": "us-east-1" } },
    };
    await checkPolicies({ files: [policy({}), policy(condition), policy(region)].map((each) => write(each)) });
    await checkPolicies({ files: [write("{", "other/x.json")] });
  });

  it.each([
    ["Version", { Version: "2008-10-17", Statement: [statement] }],
    ["Statement", { Version: "2012-10-17", Statement: [] }],
    ["Statement[0].Effect", policy({ Effect: "Allow" })],
    ["Statement[0].Sid", policy({ Sid: "a b" })],
    ["Statement[0].NotAction", policy({ NotAction: "*" })],
    ["Statement[0].NotAction", policy({ Action: undefined })],
    ["Statement[0].NotAction", policy({ Action: undefined, NotAction: "iam:*" })],
    ["Statement[0].Principal", policy({ Principal: "*" })],
    ["Statement[0].Condition.Bool", policy({ Condition: { Bool: "true" } })],
  ])("refuses one at %s", async (field, document) => {
    const error = await expectError("field-invalid", () => checkPolicies({ files: [write(document)] }));
    expect(error.subject).toBe(`terraform/policies/x.json ${field}`);
  });

  it.each<[what: string, data: string, path: string, right: unknown, wrong: unknown]>([
    [
      "an adopted policy",
      'policies = { a = { file = "adopted/a.json" } }',
      "policies/adopted/a.json",
      policy({ Effect: "Allow", NotAction: "*" }),
      { Version: "2012-10-17" },
    ],
    [
      "a policy of another type",
      'policies = { a = { file = "a.json", type = "TAG_POLICY" } }',
      "policies/a.json",
      { tags: {} },
      [],
    ],
    [
      "an inline policy",
      'permission_sets = { a = { inline_policy = "a.json" } }',
      "policies/a.json",
      { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
      { Version: "2012-10-17", Statement: { Action: "*" } },
    ],
    [
      "statements of the bucket",
      'state_bucket = { name = "x", statements = "a.json" }',
      "policies/a.json",
      [{ Effect: "Allow" }],
      { Effect: "Allow" },
    ],
    ["a document that nothing names", "", "policies/adopted/a.json", { x: 1 }, []],
  ])("takes %s as AWS does", async (_, data, path, right, wrong) => {
    const variables = { path: "a.auto.tfvars", text: data, hash: "" };
    await checkPolicies({ files: [variables, write(right, path)] });
    await expectError("field-invalid", () => checkPolicies({ files: [variables, write(wrong, path)] }));
  });

  it("tells what is no JSON, a key that is given twice, and a wrong field of all files at once", async () => {
    const twice = JSON.stringify(policy({})).replace('"Effect"', '"Effect":"Allow","Effect"');
    const files = [write("{"), write(twice, "policies/y.json"), write(policy({ Effect: "Allow" }), "policies/z.json")];
    await expectErrors(["json-invalid", "json-invalid", "field-invalid"], () => checkPolicies({ files }));
  });
});
