import { describe, expect, it } from "vitest";
import { checkGate, PROTECTED_TYPES } from "../../../ci/terraform/gate.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeChange, makePlanOf } from "./plans.js";

const ACCOUNT = "aws_organizations_account";
const LOSSES = ["delete", "replace", "forget"] as const;

describe("the gate", () => {
  it("refuses to lose any protected resource that is not named", async () => {
    for (const type of PROTECTED_TYPES) {
      for (const kind of LOSSES) {
        const error = await expectError("destroy-refused", () =>
          checkGate(makePlanOf([makeChange(kind, type, "a")]), []),
        );
        expect(error.message).toContain(`--allow-destroy='${type}.this["a"]'`);
      }
    }
    for (const type of ["organizations_organizational_unit", "s3_bucket", "iam_openid_connect_provider"]) {
      expect(PROTECTED_TYPES.has(`aws_${type}`)).toBe(true);
    }
  });

  it("lets a protected resource go that is named exactly, and only that", async () => {
    const plan = makePlanOf([makeChange("delete", ACCOUNT, "a"), makeChange("delete", ACCOUNT, "b")]);
    const [a, b] = plan.resource_changes.map(({ address }) => address) as [string, string];
    await checkGate(plan, [a, b]);
    const error = await expectError("destroy-refused", () => checkGate(plan, [a]));
    expect(error.subject).toBe(b);
  });

  it("refuses a name that the plan does not destroy, with the nearest one", async () => {
    const plan = makePlanOf([makeChange("delete", ACCOUNT, "shop")]);
    const errors = await expectErrors(["destroy-refused", "destroy-unknown"], () =>
      checkGate(plan, [`${ACCOUNT}.this["shpo"]`]),
    );
    expect(errors[1]?.message).toContain(`did you mean ${ACCOUNT}.this["shop"]?`);
    await expectError("destroy-unknown", () => checkGate(makePlanOf([]), [`${ACCOUNT}.this["shop"]`]));
  });

  it("lets everything else pass", async () => {
    const kept = [...PROTECTED_TYPES].flatMap((type) => [
      makeChange("create", type, "a"),
      makeChange("update", type, "b"),
      makeChange("none", type, "c"),
    ]);
    const losses = LOSSES.map((kind) => makeChange(kind, "aws_ssoadmin_account_assignment", kind));
    await expect(checkGate(makePlanOf([...kept, ...losses]), [])).resolves.toBeUndefined();
  });

  it("refuses a provider that the scan of the code should have found", async () => {
    for (const provider_name of ["registry.terraform.io/hashicorp/external", "terraform.io/builtin/terraform"]) {
      const change = { ...makeChange("create", "external", "a"), provider_name };
      await expectError("provider-forbidden", () => checkGate(makePlanOf([change]), []));
    }
    const configuration = { provider_config: { http: { full_name: "registry.terraform.io/hashicorp/http" } } };
    await expectError("provider-forbidden", () => checkGate(makePlanOf([], { configuration }), []));
  });
});
