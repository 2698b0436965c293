import { describe, expect, it } from "vitest";
import { renderStructure } from "../../../../ci/terraform/summary/render-structure.js";
import { SUMMARY_MAX } from "../../../../ci/terraform/summary/render-summary.js";
import { findStructure } from "../../../../ci/terraform/summary/structure.js";
import { makeChange, makePlanOf, render } from "../plans.js";

const UNIT = "aws_organizations_organizational_unit";
const ACCOUNT = "aws_organizations_account";
const ASSIGNMENT = "aws_ssoadmin_account_assignment";
const unit = (name: string) =>
  makeChange("none", UNIT, name, { before: { id: `ou-${name}`, name }, after: { id: `ou-${name}`, name } });
const grant = (kind: "create" | "delete" | "none" | "update" | "replace", key: string) =>
  makeChange(kind, ASSIGNMENT, key);
const account = (kind: "create" | "delete" | "none" | "update", name: string, before?: string, after?: string) =>
  makeChange(kind, ACCOUNT, name, {
    before: before === undefined ? null : { name, parent_id: `ou-${before}` },
    after: after === undefined ? null : { name, parent_id: `ou-${after}` },
  });

describe("the structure that a plan changes", () => {
  it("bundles accounts that it treats alike, and leaves out what stays", () => {
    const { units, bundles } = findStructure(
      makePlanOf([
        unit("workloads"),
        unit("sandbox"),
        account("create", "shop", undefined, "workloads"),
        account("create", "search", undefined, "workloads"),
        account("none", "old", "sandbox", "sandbox"),
        grant("create", "shop/engineers/look"),
        grant("create", "search/engineers/look"),
        grant("none", "old/engineers/look"),
      ]),
    );
    const access = [{ group: "engineers", permissionSet: "look", mark: "added" }];
    expect(bundles).toEqual([{ mark: "added", unit: "workloads", accounts: ["shop", "search"], access }]);
    expect([...units]).toEqual([["workloads", "stays"]]);
  });

  it("shows a move in both OUs, and lost access where the account goes", () => {
    const { units, bundles } = findStructure(
      makePlanOf([
        unit("workloads"),
        makeChange("create", UNIT, "attic", { after: { name: "attic", id: "ou-attic" } }),
        account("update", "shop", "workloads", "attic"),
        grant("delete", "shop/engineers/do"),
        grant("replace", "management/engineers/do"),
      ]),
    );
    expect(bundles.map(({ mark, unit: name, accounts }) => [mark, name, ...accounts])).toEqual([
      ["removed", "workloads", "shop"],
      ["added", "attic", "shop"],
      ["stays", undefined, "management"],
    ]);
    expect(bundles[1]?.access).toEqual([{ group: "engineers", permissionSet: "do", mark: "removed" }]);
    expect(bundles[2]?.access).toEqual([{ group: "engineers", permissionSet: "do", mark: "changes" }]);
    expect([...units]).toEqual([
      ["attic", "added"],
      ["workloads", "stays"],
    ]);
  });

  it("shows what is imported as new to it, also where it changes", () => {
    const importing = { id: "x" };
    const inside = { parent_id: "ou-sandbox" };
    const accounts = (["none", "update"] as const).map((kind) =>
      makeChange(kind, ACCOUNT, kind, { before: inside, after: { ...inside, tags: {} }, importing }),
    );
    const { bundles } = findStructure(makePlanOf([unit("sandbox"), ...accounts]));
    expect(bundles).toEqual([{ mark: "added", unit: "sandbox", accounts: ["none", "update"], access: [] }]);
  });

  it("has an account's OU from the data where its id is not known yet, and destroyed ones where they were", () => {
    const plan = makePlanOf([
      makeChange("create", ACCOUNT, "shop", { after: { name: "shop" }, unknown: { parent_id: true } }),
      account("delete", "old", "sandbox"),
      unit("sandbox"),
    ]);
    const { bundles } = findStructure({ ...plan, variables: { accounts: { value: { shop: { ou: "workloads" } } } } });
    expect(bundles.map(({ mark, unit: name }) => [mark, name])).toEqual([
      ["added", "workloads"],
      ["removed", "sandbox"],
    ]);
  });
});

describe("its picture", () => {
  it("says with signs, colours and dashes what comes and goes, also of access", () => {
    const text = render(
      makePlanOf([
        unit("workloads"),
        account("create", "shop", undefined, "workloads"),
        account("delete", "old", "workloads"),
        grant("create", "shop/engineers/look"),
        grant("delete", "management/engineers/look"),
      ]),
    );
    expect(text).toContain("### Structure");
    for (const line of [
      'accounts0["+ shop"]',
      'accounts1["− old"]',
      'accounts2["management"]',
      'group0 -- "+ look" --> accounts0',
      'group0 -- "− look" --> accounts2',
      "class accounts0 added",
      "class accounts1 removed",
      "linkStyle 1 stroke:#cf222e,stroke-dasharray:5 3",
    ]) {
      expect(text).toContain(line);
    }
    expect(text.indexOf("### Destroyed")).toBeLessThan(text.indexOf("### Structure"));
  });

  it("is left out where the structure stays", () => {
    const others = [
      makeChange("create", "aws_iam_role", "x", { after: { name: "x" } }),
      unit("sandbox"),
      grant("none", "a/b/c"),
    ];
    expect(render(makePlanOf(others))).not.toContain("mermaid");
    expect(renderStructure(makePlanOf(others), 8_000)).toEqual({ mermaid: "", leftOut: 0 });
  });

  it("of very many changes fits, says how much it leaves out, and leaves the summary within its limit and its fences whole", () => {
    const names = Array.from({ length: 400 }, (_, index) => `${"<`]|>".repeat(20)}${index}`);
    const changes = names.flatMap((name, index) => [
      makeChange("create", UNIT, name, { after: { name, id: `ou-${name}` } }),
      account("create", name, undefined, name),
      grant("create", `${name}/group-${index % 7}/${name}`),
    ]);
    const { mermaid, leftOut } = renderStructure(makePlanOf(changes), 8_000);
    expect(mermaid.length).toBeLessThanOrEqual(8_000);
    expect(leftOut).toBeGreaterThan(700);
    expect(render(makePlanOf(changes.slice(0, 150)))).toMatch(/\d+ more boxes and arrows are not shown\./);
    const text = render(makePlanOf(changes), "+ x\n".repeat(40_000));
    expect(text.length).toBeLessThanOrEqual(SUMMARY_MAX);
    expect(text).toContain("must not be approved from");
    expect(text).not.toContain("mermaid");
    expect((text.match(/^`{3,}/gm) ?? []).length % 2).toBe(0);
  });
});
