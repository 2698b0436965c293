import { describe, expect, it } from "vitest";
import { readPlannedPolicies } from "../../../ci/policies/planned.js";
import { expectError } from "../fixtures/errors.js";

interface Planned {
  address: string;
  type: string;
  after: Record<string, unknown>;
}

const make = (type: string, after: Record<string, unknown>): Planned => ({ address: `${type}.x`, type, after });
const role = make("aws_iam_role", {
  name: "genesis-x",
  arn: "arn:aws:iam::111111111111:role/planned",
  assume_role_policy: "{}",
  inline_policy: [],
  path: null,
});

/** What `terraform test -json -verbose` writes, as far as it is read. */
function write(resources: readonly Planned[], run = "policies"): string {
  const changes = resources.map(({ address, type, after }) => ({ address, type, change: { after } }));
  const lines = [{ type: "version" }, { type: "test_plan", "@testrun": run, test_plan: { resource_changes: changes } }];
  return `${lines.map((line) => JSON.stringify(line)).join("\n")}\nnot a line of JSON\n`;
}

describe("readPlannedPolicies", () => {
  it("tells roles of one name in two accounts apart, with what each holds", () => {
    const other = {
      ...role,
      address: "aws_iam_role.y",
      after: { ...role.after, arn: "arn:aws:iam::222222222222:role/x" },
    };
    const attachment = (id: string, name: string) =>
      make("aws_iam_role_policy_attachment", { id, role: "genesis-x", policy_arn: `arn:aws:iam::aws:policy/${name}` });
    const { roles } = readPlannedPolicies(
      write([role, other, attachment("222222222222", "B"), attachment("111111111111", "A")]),
    );
    expect(roles.map(({ arn, managed }) => [arn, managed])).toEqual([
      ["arn:aws:iam::111111111111:role/genesis-x", ["A"]],
      ["arn:aws:iam::222222222222:role/genesis-x", ["B"]],
    ]);
  });

  it("puts the policies of the root and of its OU over an account", () => {
    const policy = (id: string) => ({
      ...make("aws_organizations_policy", { id, content: "{}", type: "SERVICE_CONTROL_POLICY" }),
      address: id,
    });
    const attach = (policy_id: string, target_id: string) =>
      make("aws_organizations_policy_attachment", { policy_id, target_id });
    const output = write([
      make("aws_organizations_organizational_unit", { id: "ou-1", parent_id: "r-1" }),
      make("aws_organizations_account", { id: "222222222222", parent_id: "ou-1" }),
      make("aws_organizations_account", { id: "333333333333", parent_id: "ou-2" }),
      policy("p-1"),
      policy("p-2"),
      attach("p-1", "r-1"),
      attach("p-2", "ou-1"),
    ]);
    expect([...readPlannedPolicies(output).controls]).toEqual([
      ["222222222222", ["p-2", "p-1"]],
      ["333333333333", []],
    ]);
  });

  it.each([
    ["no output", ""],
    ["a line that is cut", '{"type":'],
    ["a line of another shape", '{"no":"type"}'],
    ["the plan of another run", write([], "other")],
    ["a role without an account", write([{ ...role, after: { ...role.after, arn: "x" } }])],
    ["a role without a trust policy yet", write([{ ...role, after: { name: "x", arn: role.after.arn } }])],
    [
      "a policy of a role that is not there",
      write([make("aws_iam_role_policy", { id: "111111111111", role: "x", policy: "{}" })]),
    ],
    [
      "an attachment of nothing",
      write([make("aws_organizations_policy_attachment", { policy_id: "p", target_id: "r" })]),
    ],
    ["a policy of a bucket that is not there", write([make("aws_s3_bucket_policy", { bucket: "x", policy: "{}" })])],
  ])("refuses %s", async (_, output) => {
    await expectError("policies-unplanned", () => readPlannedPolicies(output));
  });

  it("says what Terraform complained about", async () => {
    const output = JSON.stringify({ type: "diagnostic", diagnostic: { summary: "Unsupported argument" } });
    const error = await expectError("policies-unplanned", () => readPlannedPolicies(output));
    expect(error.message).toContain("there is no plan: Unsupported argument.");
  });

  it.each([
    make("aws_iam_policy", {}),
    make("aws_iam_user", {}),
    make("aws_iam_role_policies_exclusive", {}),
    make("aws_ecrpublic_repository_policy", {}),
    make("aws_ssoadmin_permission_set_inline_policy", {}),
    make("aws_ssoadmin_permissions_boundary_attachment", {}),
    make("aws_organizations_policy", { type: "RESOURCE_CONTROL_POLICY" }),
    ...["inline_policy", "managed_policy_arns"].map((field) => ({ ...role, after: { ...role.after, [field]: ["x"] } })),
    { ...role, after: { ...role.after, path: "/x/" } },
    { ...role, after: { ...role.after, permissions_boundary: "arn" } },
  ])("does not judge beside $address, which it does not read", async (resource) => {
    const error = await expectError("policy-unjudged", () => readPlannedPolicies(write([resource])));
    expect(error.subject).toBe(resource.address);
  });
});
