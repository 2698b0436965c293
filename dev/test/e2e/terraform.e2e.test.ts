import { afterAll, expect, it } from "vitest";
import { callQuery } from "../emulator/raw-calls.js";
import { makeClone, withServed } from "./clone.js";

const clone = await makeClone();
afterAll(() => clone.remove());

it("lints the Terraform code in the predefined environment", async () => {
  const result = await clone.dagger(["call", "tf-lint"]);
  expect(result.stdout).toBe("policies: passed\nformat: passed\nvalidate: passed\ntflint: passed\ntest: passed\n");
});

it("finds the picture of the organization current", async () => {
  expect((await clone.dagger(["call", "check-picture"])).code).toBe(0);
});

it("serves the AWS emulator", async () => {
  await withServed(clone, "aws-emulator", 5070, async (url) => {
    const identity = await callQuery(url, "sts", { Action: "GetCallerIdentity" });
    expect(identity.text).toContain("<Account>123456789012</Account>");
  });
});

it("fails as a check, with the output of each step that failed", async () => {
  await clone.write("terraform/outputs.tf", 'output   "x" {\n  value = "x"\n}\n');
  expect((await clone.dagger(["check", "*tf-lint"])).code).not.toBe(0);
  const result = await clone.dagger(["call", "tf-lint"]);
  expect(result.stderr).toContain('-output   "x"');
  expect(result.stderr).toContain("terraform_documented_outputs");
  expect(result.stderr).toContain("[lint-failed] terraform/: format, tflint failed");
});
