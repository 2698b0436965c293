import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFingerprint } from "../../../../ci/terraform/fingerprint.js";
import type { ResourceChange } from "../../../../ci/terraform/plan.js";
import { SUMMARY_MAX } from "../../../../ci/terraform/summary/render-summary.js";
import { arbitraryChanges, makeChange, makePlanOf, printPlan, render } from "../plans.js";

const ACCOUNT = "aws_organizations_account";
const ASSIGNMENT = "aws_ssoadmin_account_assignment";
const INLINE = "aws_ssoadmin_permission_set_inline_policy";

/** A resource of a diff as Terraform writes it, long enough that 20 accounts' do not fit. */
function writeBlock({ address, type, name, change }: ResourceChange): string {
  const forgets = change.actions[1] === "forget";
  const sign = forgets ? " +/." : change.actions.length > 1 ? "-/+" : "  +";
  const lines = Array.from({ length: 12 }, (_, index) => `      + attribute_of_the_resource_${index} = 1\n`).join("");
  const head = change.actions.length > 1 ? "must be replaced" : "will be created";
  return `${forgets ? " " : "  "}# ${address} ${head}\n${sign} resource "${type}" "${name}" {\n${lines}    }`;
}
const writeDiff = (changes: readonly ResourceChange[]) =>
  `Terraform will perform the following actions:\n\n${changes.map((each) => `${writeBlock(each)}\n\n`).join("")}Plan: 1 to add.\n`;

describe("a summary", () => {
  it("says first what the plan means, then the counts, then the diff, and what to approve", () => {
    const plan = makePlanOf([
      makeChange("create", "aws_organizations_account", "shop", { after: { email: "x", parent_id: "ou" } }),
      makeChange("delete", "aws_ssoadmin_account_assignment", "lab/engineers/look"),
      makeChange("delete", "aws_organizations_policy_attachment", "guard/root"),
    ]);
    const text = render(plan, "+ shop", ["Bootstrap, phase 1 of 2."]);
    const order = [
      "## Terraform plan: 1 loss; detaches policy `guard` from target `root`; creates account `shop`; takes access to account `lab` from group `engineers`\n",
      "\n1 to create, 0 to update, 2 to destroy\n",
      "### Losses\n\n- `policy-attachment:guard@root`: **`attached` → `detached`**",
      "```sh\n--allow-loss='policy-attachment:guard@root'\n```",
      "Bootstrap, phase 1 of 2.",
      '### Destroyed or no longer managed\n\n- `aws_ssoadmin_account_assignment.this["lab/engineers/look"]` is destroyed\n\n',
      "### Accounts",
      "### Access of people",
      "<summary>Counts by type</summary>",
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
    expect(text.split("\n")[0]).toBe(`## Terraform plan: ${count} other change${count === 1 ? "" : "s"}`);
    expect(text).toContain("must not be approved from");
    const fence = /\n(`{3,})diff\n/.exec(text)?.[1] ?? "missing";
    expect(text.split("\n").filter((line) => line === fence)).toHaveLength(1);
    expect(text).toMatch(/<\/details>\n\nFingerprint: `plan1\.[0-9a-f.]+`\n$/);
  });

  it("counts as Terraform does: an import beside what else is done, a replacement as one more and one less", () => {
    const importing = { id: "x" };
    const update = { before: { tags: null }, after: { tags: { a: "b" } }, importing };
    const adopted = [
      makeChange("update", ACCOUNT, "shop", update),
      makeChange("update", "aws_s3_bucket", "state", update),
      makeChange("none", "aws_organizations_organizational_unit", "workloads", { importing }),
    ];
    const title = (changes: ResourceChange[]) => render(makePlanOf(changes)).split("\n")[2];
    expect(title(adopted)).toBe("3 to import, 0 to create, 2 to update, 0 to destroy");
    const replaced = makeChange("replace", "aws_iam_role", "a");
    const forgotten = { ...replaced, address: "b", change: { ...replaced.change, actions: ["create", "forget"] } };
    expect(title([replaced, forgotten as ResourceChange])).toBe(
      "2 to create, 0 to update, 1 to destroy, 1 to forget, of which 2 to replace",
    );
    expect(render(makePlanOf(adopted))).toContain("| aws_organizations_account | 1 | 0 | 1 | 0 | 0 | 0 |");
  });

  it("of 20 new accounts tells all of them, and leaves out of the diff only what it tells", () => {
    const names = Array.from({ length: 20 }, (_, index) => `account-${index}`);
    const groups = ["engineers", "finance", "auditors"];
    const contact = { name: "Ann", title: "CISO", email_address: "a@platform.test", phone_number: "1" };
    const changes = names.flatMap((name) => [
      makeChange("create", ACCOUNT, name, {
        after: { name, email: `aws+${name}@platform.test`, close_on_deletion: false, tags: null },
        unknown: { id: true },
      }),
      makeChange("create", "aws_account_alternate_contact", `${name}/security`, { after: contact }),
      ...groups.flatMap((group) =>
        ["administrator", "read-only"].map((set) => makeChange("create", ASSIGNMENT, `${name}/${group}/${set}`)),
      ),
    ]);
    const role = makeChange("replace", "aws_iam_role", "(x) {", { after: { name: "r", path: "/" } });
    role.change.actions = ["create", "forget"];
    const replaced = makeChange("replace", ASSIGNMENT, "account-0/old/set");
    const text = render(makePlanOf([...changes, role, replaced]), writeDiff([...changes, replaced, role]));
    expect(text.length).toBeLessThanOrEqual(SUMMARY_MAX);
    expect(text).not.toContain("must not be approved");
    for (const name of names) expect(text).toContain(`Account \`${name}\` is created`);
    expect(text).toContain(
      `Groups ${groups.map((group) => `\`${group}\``).join(", ")} gain \`administrator\`, \`read-only\` in 20 accounts: \`account-0\`, `,
    );
    expect(text).toContain("Diff without 161 resources, which are told in full above; <code>diff.txt</code> has all");
    const [, diff] = /```diff\n([\s\S]*?)```/.exec(text) ?? [];
    expect(diff).toBe(`Terraform will perform the following actions:\n\n${writeBlock(role)}\n\nPlan: 1 to add.\n`);
  });

  it.each<[what: string, change: ResourceChange]>([
    ["an argument that no sentence has", makeChange("create", ACCOUNT, "a", { after: { role_name: "Root" } })],
    ["a long value", makeChange("update", "aws_iam_role", "a", { before: { x: "a" }, after: { x: "b".repeat(200) } })],
    ["a value to come", makeChange("update", "aws_iam_role", "a", { before: { x: "a" }, unknown: { x: true } })],
    [
      "a policy of which only the actions are told",
      makeChange("update", INLINE, "a", { after: { inline_policy: "{}" } }),
    ],
  ])("that has %s in its diff alone must not be approved from where it does not fit", (_, change) => {
    const diff = writeDiff([change]);
    expect(render(makePlanOf([change]), diff)).not.toContain("must not be approved");
    expect(render(makePlanOf([change]), diff.replace("= 1", `= "${"x".repeat(SUMMARY_MAX)}"`))).toContain(
      "must not be approved",
    );
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
