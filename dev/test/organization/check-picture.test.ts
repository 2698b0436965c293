import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOrganization } from "../../../ci/organization/read-organization.js";
import { checkPicture, PICTURE_PATH, renderSvg } from "../../../ci/organization/render-svg.js";
import { readCode } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { readWith, writeAccounts } from "./organizations.js";

describe("the picture in docs/", () => {
  it("shows the organization as terraform/ has it now: npm run draw", async () => {
    checkPicture(await readOrganization(await readCode(ROOT)), await readFile(join(ROOT, PICTURE_PATH), "utf8"));
    expect(await readFile(join(ROOT, "docs", "organization.md"), "utf8")).toContain("](organization.svg)");
  });
});

describe("checkPicture", () => {
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
