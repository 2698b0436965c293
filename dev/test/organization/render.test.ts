import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOrganization, parseOrganizationFormat } from "../../../ci/organization/format-organization.js";
import { escapeLabel, MERMAID_MAX_EDGES, MERMAID_MAX_TEXT } from "../../../ci/organization/mermaid.js";
import type { Organization } from "../../../ci/organization/organization.js";
import { renderDocument } from "../../../ci/organization/render-document.js";
import { renderMermaid } from "../../../ci/organization/render-mermaid.js";
import { renderSvg } from "../../../ci/organization/render-svg.js";
import { escapeXml } from "../../../ci/organization/svg.js";
import { expectError } from "../fixtures/errors.js";
import { makeNasty, NASTY_NAMES, readWith, writeAccounts } from "./organizations.js";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...NASTY_NAMES));

describe("text of the data", () => {
  it("in a label is plain characters and entity codes only", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeLabel(text)).toMatch(/^(?:[A-Za-z0-9 ,._/+…·−-]|#\d+;)*$/u);
      }),
    );
  });

  it("in XML is no markup, and nothing that XML does not take", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeXml(text);
        expect(escaped.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[&<>"']/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(escaped).not.toMatch(/[\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/u);
      }),
    );
  });

  it("leaves every picture and the document harmless", () => {
    const organization = makeNasty(NASTY_NAMES);
    const [mermaid, svg, document] = [
      renderMermaid(organization),
      renderSvg(organization),
      renderDocument(organization),
    ];
    for (const picture of [mermaid, svg]) {
      for (const raw of ["<script", "\u202e", "\u001b"]) expect(picture).not.toContain(raw);
    }
    const outside = document.replaceAll(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "");
    expect(outside).not.toMatch(/<script|@everyone|\*\*bold/);
    for (const line of document.split("\n")) expect(line.startsWith("::")).toBe(false);
    for (const raw of ["\u202e", "\u001b"]) expect(formatOrganization(organization, "table")).not.toContain(raw);
  });
});

describe("a picture", () => {
  it.each([0, 2, 29])("with %i accounts beside the dedicated one shows each by name", async (count) => {
    const organization = await readWith(writeAccounts(count, 1));
    const names = organization.units.flatMap(({ accounts }) => accounts);
    expect(names).toHaveLength(count + 2);
    for (const picture of [renderMermaid(organization), renderSvg(organization)]) {
      for (const name of names) expect(picture).toContain(name);
    }
  });

  it("of a thousand accounts says how many it leaves out, and stays below Mermaid's limits", async () => {
    const organization = await readWith(writeAccounts(1000));
    expect(renderMermaid(organization)).toContain("and 710 more accounts");
    expect(renderSvg(organization)).toContain("and 691 more");
    for (const picture of [organization, makeNasty(NASTY_NAMES), makeLarge()].map(renderMermaid)) {
      expect(picture.length).toBeLessThanOrEqual(MERMAID_MAX_TEXT);
      expect(picture.split("\n").filter((line) => /-->|-\.->/.test(line)).length).toBeLessThanOrEqual(
        MERMAID_MAX_EDGES,
      );
    }
  });

  it("draws no arrow to an OU that nobody reaches", async () => {
    const organization = await readWith(writeAccounts(1, 1));
    const suspended = organization.units.findIndex(({ name }) => name === "suspended");
    const mermaid = renderMermaid(organization);
    expect(mermaid).toContain(`subgraph unit${suspended} ["suspended`);
    expect(mermaid).not.toContain(`--> unit${suspended}`);
    expect(mermaid).toContain("--> management");
  });
});

/** Many groups with as many different permission sets, each in accounts of its own. */
function makeLarge(): Organization {
  const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
  return makeNasty(names);
}

describe("formats", () => {
  it("fit 80 columns as a table, and are whole as JSON", async () => {
    const organization = await readWith(writeAccounts(30, 2));
    const table = formatOrganization(organization, "table");
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const word of ["shop-29", "administrator", "genesis-apply", "josalvatorre"]) expect(table).toContain(word);
    expect(JSON.parse(formatOrganization(organization, "json"))).toEqual(organization);
    expect(formatOrganization(organization, "svg")).toBe(renderSvg(organization));
    expect(formatOrganization(organization, "mermaid")).toBe(renderMermaid(organization));
  });

  it("are four", async () => {
    const error = await expectError("format-unknown", () => parseOrganizationFormat("png"));
    expect(error.message).toContain("the formats are table, json, mermaid and svg");
  });
});
