import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCode } from "../../../ci/terraform/code.js";
import { checkPicture, drawFiles } from "../../../ci/organization/check-picture.js";
import { readOrganization } from "../../../ci/organization/read-organization.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectErrors } from "../fixtures/errors.js";
import { readWith, writeAccounts } from "./organizations.js";

describe("the picture in docs/", () => {
  it("shows the organization as terraform/ has it now: npm run draw", async () => {
    const read = (path: string) => readFile(join(ROOT, path), "utf8");
    await checkPicture(await readOrganization(await readCode(ROOT)), read);
  });
});

describe("checkPicture", () => {
  it("names each file that is stale or missing, with the command that draws it", async () => {
    const now = await readWith(writeAccounts(1));
    const before = drawFiles(await readWith(writeAccounts(0)));
    const codes = ["picture-stale", "picture-stale"];
    const [document, image] = await expectErrors(codes, () => checkPicture(now, async (path) => before[path]));
    expect(document?.message).toContain("[picture-stale] docs/organization.md: it does not show");
    expect(document?.message).toContain("draw-organization --auto-apply");
    expect(image?.message).toContain("[picture-stale] docs/organization.svg: it does not show");
    const [missing] = await expectErrors(codes, () => checkPicture(now, async () => undefined));
    expect(missing?.message).toContain("docs/organization.md: it is not there");
  });

  it("passes where both are as they would be drawn", async () => {
    const now = await readWith(writeAccounts(3, 2));
    const files = drawFiles(now);
    expect(await checkPicture(now, async (path) => files[path])).toContain("docs/organization.md");
  });
});
