import { afterAll, beforeAll, expect, it } from "vitest";
import { type Clone, makeClone } from "./clone.js";

let clone: Clone;
beforeAll(async () => {
  clone = await makeClone();
});
afterAll(() => clone.remove());

it("lints the Terraform code in the predefined environment", async () => {
  const result = await clone.dagger(["call", "tf-lint"]);
  expect(result.stdout).toMatch(
    /^format: passed\nvalidate: passed\ntflint: passed\ntest: passed\npolicies: \d+ sets of claims .* judged as intended\n$/,
  );
});

it("refuses code whose policies answer otherwise than intended, with the claims", async () => {
  const code = await clone.read("terraform/github.tf");
  // Formatted, valid, and passing the tests: one more subject, for a branch that nobody means.
  const subjects = 'publish = { account = var.public_ecr.account_id, subjects = ["ref:refs/heads/main"';
  expect(code).toContain(subjects);
  const tests = await clone.read("terraform/tests/organization.tftest.hcl");
  await clone.write("terraform/github.tf", code.replace(subjects, `${subjects}, "ref:refs/heads/feature"`));
  await clone.write("terraform/tests/organization.tftest.hcl", tests.slice(0, tests.indexOf('run "workflows_take')));
  const result = await clone.dagger(["call", "tf-lint"]);
  await clone.write("terraform/github.tf", code);
  await clone.write("terraform/tests/organization.tftest.hcl", tests);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain("[trust-differs] terraform/ genesis-publish: its trust policy admits");
  expect(result.stderr).toContain('"sub":"repo:acme/platform:ref:refs/heads/feature"');
  expect(result.stderr).not.toContain("[lint-failed]");
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
