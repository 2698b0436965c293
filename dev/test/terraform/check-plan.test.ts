import { describe, expect, it } from "vitest";
import { checkPlan } from "../../../ci/terraform/check-plan.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeChange, makePlanOf } from "./plans.js";

const SECRET = "correct-horse-battery";
const check = (more: Record<string, unknown>, targets: string[] = []) =>
  checkPlan(makePlanOf([makeChange("create", "aws_iam_role", "a")], more), targets);
/** As Terraform 1.17 writes them, with an action of a provider of its own tests. */
const invocation = {
  address: "action.aws_lambda_invoke.migrate",
  type: "aws_lambda_invoke",
  name: "migrate",
  config_values: { payload: SECRET },
  config_sensitive: { payload: true },
  config_unknown: {},
  provider_name: "registry.terraform.io/hashicorp/aws",
  lifecycle_action_trigger: { action_trigger_block_index: 0, actions_list_index: 0, on_failure: "Taint" },
};
const checkResult = (name: string, status: string, message?: string) => {
  const address = { kind: "check", name, to_display: `check.${name}` };
  return { address, status, instances: [{ address, status, ...(message && { problems: [{ message }] }) }] };
};

describe("a plan", () => {
  it.each<[what: string, code: string, more: Record<string, unknown>, fact: RegExp]>([
    [
      "puts a change off",
      "plan-incomplete",
      {
        complete: false,
        deferred_changes: [
          {
            reason: "instance_count_unknown",
            resource_change: { address: "aws_iam_role.b[*]", index_unknown: true, change: { after: { x: SECRET } } },
          },
        ],
      },
      /aws_iam_role\.b\[\*\]: .*later plan.*instance_count_unknown/,
    ],
    [
      "leaves something out that no target of ours does",
      "plan-incomplete",
      { complete: false },
      /nothing was targeted/,
    ],
    ["ended at an error", "plan-incomplete", { errored: true, complete: false }, /stopped planning at an error/],
    [
      "invokes an action",
      "action-forbidden",
      { action_invocations: [invocation] },
      /action\.aws_lambda_invoke\.migrate/,
    ],
    [
      "puts an action off",
      "action-forbidden",
      { deferred_action_invocations: [{ reason: "unknown", action_invocation: invocation }] },
      /action\.aws_lambda_invoke\.migrate/,
    ],
    [
      "does not pass a check",
      "check-failed",
      {
        checks: [
          checkResult("a", "pass"),
          checkResult("few", "fail", "too few\u001b[31m roles"),
          checkResult("b", "error"),
        ],
      },
      /check\.few, check\.b: .*\n\ncheck\.few: too few.*roles/,
    ],
  ])("that %s is refused, without a value of it", async (_, code, more, fact) => {
    const error = await expectError(code, () => check(more));
    expect(error.message).toMatch(fact);
    expect(error.message).toContain("Nothing was applied");
    expect(error.message).not.toContain(SECRET);
    expect(error.message).not.toContain("\u001b");
  });

  it("passes where it is complete or targeted by us, and its checks hold or only the apply will tell", () => {
    check({ complete: false }, ["aws_organizations_account.this"]);
    check({ complete: true, applyable: true, checks: [checkResult("a", "pass"), checkResult("b", "unknown")] });
    check({});
  });

  it("is told of everything at once; our own targets excuse nothing else", async () => {
    const deferred = { reason: "unknown", resource_change: { address: "aws_iam_role.b" } };
    const more = { complete: false, errored: true, deferred_changes: [deferred], action_invocations: [invocation] };
    await expectErrors(["plan-incomplete", "plan-incomplete", "action-forbidden"], () => check(more, ["x"]));
  });
});
