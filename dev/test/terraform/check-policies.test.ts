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
    await checkPolicies({ files: [write(policy({})), write(policy(condition)), write("{", "other/x.json")] });
  });

  it.each([
    ["Version", { Version: "2008-10-17", Statement: [statement] }],
    ["Statement", { Version: "2012-10-17", Statement: [] }],
    ["Statement[0].Effect", policy({ Effect: "Allow" })],
    ["Statement[0].Sid", policy({ Sid: "a b" })],
    ["Statement[0].NotAction", policy({ NotAction: "*" })],
    ["Statement[0].Principal", policy({ Principal: "*" })],
    ["Statement[0].Condition.Bool", policy({ Condition: { Bool: "true" } })],
  ])("refuses one at %s", async (field, document) => {
    const error = await expectError("field-invalid", () => checkPolicies({ files: [write(document)] }));
    expect(error.subject).toBe(`terraform/policies/x.json ${field}`);
  });

  it("tells what is no JSON, a key that is given twice, and a wrong field of all files at once", async () => {
    const twice = JSON.stringify(policy({})).replace('"Effect"', '"Effect":"Allow","Effect"');
    const files = [write("{"), write(twice, "policies/y.json"), write(policy({ Effect: "Allow" }), "policies/z.json")];
    await expectErrors(["json-invalid", "json-invalid", "field-invalid"], () => checkPolicies({ files }));
  });
});
