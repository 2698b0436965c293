import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFingerprint } from "../../../../ci/terraform/fingerprint.js";
import { SUMMARY_MAX } from "../../../../ci/terraform/summary/render-summary.js";
import { arbitraryChanges, makeChange, makePlanOf, printPlan, render } from "../plans.js";

describe("a summary", () => {
  it("says first what the plan means, then the counts, then the diff, and what to approve", () => {
    const plan = makePlanOf([
      makeChange("create", "aws_organizations_account", "shop", { after: { email: "x", parent_id: "ou" } }),
      makeChange("delete", "aws_ssoadmin_account_assignment", "lab/engineers/look"),
      makeChange("delete", "aws_organizations_policy_attachment", "guard/root"),
    ]);
    const text = render(plan, "+ shop", ["Bootstrap, phase 1 of 2."]);
    const order = [
      "## Terraform plan: 1 to create, 0 to update, 2 to destroy",
      "### Losses\n\n- `policy-attachment:guard@root`: **`attached` → `detached`**",
      "```sh\n--allow-loss='policy-attachment:guard@root'\n```",
      "Bootstrap, phase 1 of 2.",
      '### Destroyed or let go\n\n- `aws_ssoadmin_account_assignment.this["lab/engineers/look"]` is destroyed\n\n',
      "### Accounts",
      "### Access of people",
      "### Counts",
      "| aws_organizations_account | 0 | 1 | 0 | 0 | 0 | 0 |",
      "```diff\n+ shop\n```",
      formatFingerprint(printPlan(plan)),
    ].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(text).not.toContain("cut");
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("of a plan without changes is short", () => {
    const text = render(makePlanOf([makeChange("none", "aws_s3_bucket", "a")]), "No changes.");
    expect(text).toContain("## Terraform plan: no changes");
    expect(text).not.toContain("Diff");
  });

  it("names every changed resource outside of its diff", () => {
    fc.assert(
      fc.property(arbitraryChanges, (changes) => {
        const effective = changes.filter(({ change }) => change.actions[0] !== "no-op");
        const text = render(makePlanOf(changes));
        const bullets = text.split("\n").filter((line) => line.startsWith("- "));
        expect(bullets.length > 0).toBe(effective.length > 0);
      }),
    );
  });

  it.each([
    ["a long diff", "+ a line of a diff\n".repeat(10_000), 1],
    ["a diff of backticks", `${"`".repeat(300)}\n`.repeat(1_000), 1],
    ["a diff of one line", "x".repeat(200_000), 1],
    ["a diff that grows when it is made inert", "\u0001".repeat(60_000), 1],
    ["many changes", "+ x\n".repeat(40_000), 3_000],
  ])("of %s is cut, with intact fences, counts first, and says so", (_, diff, count) => {
    const changes = Array.from({ length: count }, (__, index) =>
      makeChange("create", "aws_iam_role", `role-${index}-${"x".repeat(100)}`, { after: { name: `r${index}` } }),
    );
    const text = render(makePlanOf(changes), diff);
    expect(text.length).toBeLessThanOrEqual(SUMMARY_MAX);
    expect(text.split("\n")[0]).toBe(`## Terraform plan: ${count} to create, 0 to update, 0 to destroy`);
    expect(text).toContain("must not be approved from");
    const fence = /\n(`{3,})diff\n/.exec(text)?.[1] ?? "missing";
    expect(text.split("\n").filter((line) => line === fence)).toHaveLength(1);
    expect(text).toMatch(/<\/details>\n\nFingerprint: `plan1\.[0-9a-f.]+`\n$/);
  });

  it("has no mention, image or command from a plan outside of code", () => {
    const name = "@team `<img src=x>` ::set-output name=a::b\n::error::x ${{ secrets.X }}";
    const plan = makePlanOf([
      makeChange("create", "aws_organizations_account", name, { after: { email: "@all", parent_id: "@ou" } }),
      makeChange("create", "aws_ssoadmin_account_assignment", `${name}/@group/@set`),
      makeChange("delete", "aws_s3_bucket", name),
    ]);
    const text = render(plan, `+ ${name}`);
    for (const line of text.split("\n")) expect(line.trimStart().startsWith("::")).toBe(false);
    const outside = text
      .replaceAll(/^(`{3,})(?:diff|sh)\n[\s\S]*?\n\1$/gm, "")
      .replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "");
    expect(outside).not.toContain("@");
    expect(outside).not.toContain("<img");
  });
});
