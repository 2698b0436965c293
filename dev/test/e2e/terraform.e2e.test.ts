import { afterAll, beforeAll, expect, it } from "vitest";
import { type Clone, makeClone } from "./clone.js";

let clone: Clone;
beforeAll(async () => {
  clone = await makeClone();
});
afterAll(() => clone.remove());

it("lints the Terraform code in the predefined environment", async () => {
  const result = await clone.dagger(["call", "tf-lint"]);
  expect(result.stdout).toBe("policies: passed\nformat: passed\nvalidate: passed\ntflint: passed\ntest: passed\n");
});

it("refuses code in which a role can be taken by others than meant, with its trust policy", async () => {
  const code = await clone.read("terraform/github.tf");
  // Formatted and valid: one more subject, for a branch that nobody means.
  const subjects = 'publish = { account = var.public_ecr.account_id, subjects = ["ref:refs/heads/main"';
  expect(code).toContain(subjects);
  await clone.write("terraform/github.tf", code.replace(subjects, `${subjects}, "ref:refs/heads/feature"`));
  const result = await clone.dagger(["call", "tf-lint"]);
  await clone.write("terraform/github.tf", code);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain("The publish role trusts others");
  expect(result.stderr).toContain("repo:acme/platform:ref:refs/heads/feature");
  expect(result.stderr).toContain("[lint-failed] terraform/: test failed");
});

it("fails as a check, with the output of each step that failed", async () => {
  await clone.write("terraform/outputs.tf", 'output   "x" {\n  value = "x"\n}\n');
  expect((await clone.dagger(["check", "*tf-lint"])).code).not.toBe(0);
  const result = await clone.dagger(["call", "tf-lint"]);
  expect(result.stderr).toContain('-output   "x"');
  expect(result.stderr).toContain("terraform_documented_outputs");
  expect(result.stderr).toContain("[lint-failed] terraform/: format, tflint failed");
});

it("refuses a policy that is not one before terraform starts", async () => {
  await clone.write("terraform/policies/deny-all.json", '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}');
  const result = await clone.dagger(["call", "tf-lint"]);
  expect(result.stderr).toContain("[field-invalid] terraform/policies/deny-all.json Statement[0].Effect");
  expect(result.stderr).not.toContain("[lint-failed]");
});
