import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOrganization } from "../../../ci/organization/format-organization.js";
import { readOrganization } from "../../../ci/organization/read-organization.js";
import { checkPicture, PICTURE_PATH, renderSvg } from "../../../ci/organization/render-svg.js";
import { escapeXml } from "../../../ci/organization/svg.js";
import { readCode } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeNasty, NASTY_NAMES, readWith, writeAccounts } from "./organizations.js";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...NASTY_NAMES));

describe("text of the data", () => {
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

  it("leaves the picture and the tables harmless", () => {
    const organization = makeNasty(NASTY_NAMES);
    const [picture, tables] = [renderSvg(organization), formatOrganization(organization, "table")];
    for (const raw of ["<script", "\u202e", "\u001b"]) expect(picture).not.toContain(raw);
    for (const raw of ["\u202e", "\u001b"]) expect(tables).not.toContain(raw);
  });
});

describe("a picture", () => {
  it("shows each account by its name where they are few", async () => {
    const organization = await readWith(writeAccounts(29, 1));
    const names = organization.units.flatMap(({ accounts }) => accounts);
    expect(names).toHaveLength(31);
    const picture = renderSvg(organization);
    for (const name of names) expect(picture).toContain(name);
  });

  it("of a thousand accounts says how many it leaves out", async () => {
    expect(renderSvg(await readWith(writeAccounts(1000)))).toContain("and 691 more");
  });
});

describe("formats", () => {
  it("fit 80 columns as a table, and are whole as JSON", async () => {
    const organization = await readWith(writeAccounts(30, 2));
    const table = formatOrganization(organization, "table");
    expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const word of ["shop-29", "administrator", "genesis-apply", "josalvatorre"]) expect(table).toContain(word);
    expect(JSON.parse(formatOrganization(organization, "json"))).toEqual(organization);
    expect(formatOrganization(organization, "svg")).toBe(renderSvg(organization));
  });
});

describe("checkPicture", () => {
  it("finds the picture in docs/ as terraform/ has the organization now: npm run draw", async () => {
    checkPicture(await readOrganization(await readCode(ROOT)), await readFile(join(ROOT, PICTURE_PATH), "utf8"));
    expect(await readFile(join(ROOT, "docs", "organization.md"), "utf8")).toContain("](organization.svg)");
  });

  it("says that it is stale or missing, with the command that draws it", async () => {
    const now = await readWith(writeAccounts(1));
    const before = renderSvg(await readWith(writeAccounts(0)));
    const stale = await expectError("picture-stale", () => checkPicture(now, before));
    expect(stale.message).toContain("[picture-stale] docs/organization.svg: it does not show");
    expect(stale.message).toContain("draw-organization --auto-apply");
    const missing = await expectError("picture-stale", () => checkPicture(now, undefined));
    expect(missing.message).toContain("docs/organization.svg: it is not there");
  });
});
