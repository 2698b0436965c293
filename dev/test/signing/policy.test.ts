import { describe, expect, it } from "vitest";
import type { ScanPolicy } from "../../../ci/lib/settings.js";
import { checkAllowances, judgeFindings, requireClean } from "../../../ci/signing/policy.js";
import { type Finding, parseFindings } from "../../../ci/signing/scan.js";
import { expectError, expectErrors } from "../fixtures/errors.js";

const POLICY: ScanPolicy = { failAt: "critical", allow: [], database: null };
const allowance = (id: string, expires: string) => ({ id, expires, reason: "not reachable from here" });

/** A match as grype writes it. */
const match = (id: string, severity: string, versions: string[], state = "fixed", related: string[] = []) => ({
  vulnerability: { id, severity, fix: { versions, state } },
  relatedVulnerabilities: related.map((each) => ({ id: each })),
  artifact: { name: "zlib1g", version: "1.2" },
});
const parse = (...matches: unknown[]): Finding[] => parseFindings(JSON.stringify({ matches }));

describe("a policy", () => {
  it("refuses what is critical and has a fix, and nothing else", () => {
    const findings = parse(
      match("A", "High", ["2"]),
      match("B", "Critical", []),
      match("C", "Critical", ["2"], "wont-fix"),
      match("D", "Critical", ["2"]),
      match("E", "Unknown", ["2"]),
    );
    const { found, refused, allowed } = judgeFindings(findings, POLICY);
    expect([found, refused.map(({ id }) => id), allowed]).toEqual([5, ["D"], []]);
  });

  it("counts a severity and all that are worse", () => {
    const severities = ["Unknown", "Negligible", "Low", "Medium", "High", "Critical"];
    const findings = parse(...severities.map((severity) => match(severity, severity, ["2"])));
    const at = (failAt: ScanPolicy["failAt"]) => judgeFindings(findings, { ...POLICY, failAt }).refused.length;
    expect([at("low"), at("medium"), at("high"), at("critical")]).toEqual([4, 3, 2, 1]);
  });

  it("lets pass what is allowed, by any of its names", () => {
    const findings = parse(match("GHSA-1", "Critical", ["2"], "fixed", ["CVE-1"]), match("CVE-2", "Critical", ["2"]));
    const { refused, allowed } = judgeFindings(findings, { ...POLICY, allow: [allowance("CVE-1", "2999-01-01")] });
    expect([refused.map(({ id }) => id), allowed.map(({ id }) => id)]).toEqual([["CVE-2"], ["GHSA-1"]]);
  });

  it("refuses with the vulnerabilities, the worst first, and says how many it left out", async () => {
    const many = Array.from({ length: 12 }, (_, index) => match(`CVE-${10 + index}`, "Critical", ["2"]));
    const judgement = judgeFindings(parse(...many), POLICY);
    const error = await expectError("vulnerability-found", () => requireClean(judgement, "base", POLICY));
    const [sentence, , ...list] = error.message.split("\n");
    expect(sentence).toContain("12 of severity critical or worse with a fix. ");
    const first = "CVE-10 critical in zlib1g 1.2, fixed in 2";
    expect([list.length, list[0], list.at(-1)]).toEqual([11, first, "and 2 more"]);
    requireClean({ refused: [] }, "base", POLICY);
  });
});

describe("the allow-list", () => {
  it("is good through its last day, and then stops everything, all entries at once", async () => {
    const allow = ["2026-03-01", "2026-03-01", "2026-04-01"].map((day, index) => allowance(`CVE-${index + 1}`, day));
    checkAllowances({ ...POLICY, allow }, new Date("2026-03-01T23:59:59Z"));
    const errors = await expectErrors(["allowance-expired", "allowance-expired"], () =>
      checkAllowances({ ...POLICY, allow }, new Date("2026-03-02T00:00:00Z")),
    );
    expect(errors[0]?.message).toContain("genesis.json scan.allow[0] CVE-1");
    expect(errors[0]?.message).toContain("not reachable from here");
  });
});

it("parses nothing but what grype documents", () => {
  expect(() => parseFindings("{}")).toThrow();
  expect(() => parse({ vulnerability: { id: "A", severity: "Terrible", fix: { versions: [], state: "" } } })).toThrow();
});
