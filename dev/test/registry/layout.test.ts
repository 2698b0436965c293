import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Layout, locateBlob, readLayout } from "../../../ci/registry/layout.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout } from "./setup-push.js";

/** A layout whose outer index.json, or the index of the image, was changed. */
async function changeOuter(change: (index: { manifests: object[] }) => void): Promise<string> {
  const { path } = await makeLayout();
  const file = join(path, "index.json");
  const index = JSON.parse(await readFile(file, "utf8"));
  change(index);
  await writeFile(file, JSON.stringify(index));
  return path;
}

const locateTop = ({ path, top }: Layout) => locateBlob(path, top.digest);

describe("a layout is refused", () => {
  it.each([
    ["two images", 2],
    ["no image", 0],
  ])("with %s", async (_, count) => {
    const path = await changeOuter((index) => {
      index.manifests = [...index.manifests, ...index.manifests].slice(0, count);
    });
    const error = await expectError("layout-invalid", () => readLayout(path));
    expect(error.message).toContain(`index.json names ${count} images`);
  });

  it("where the bytes are not those of their digest: it is not pushed under a name that is not its own", async () => {
    const layout = await makeLayout();
    await writeFile(locateTop(layout), Buffer.concat([await readFile(locateTop(layout)), Buffer.from(" ")]));
    const error = await expectError("layout-invalid", () => readLayout(layout.path));
    expect(error.message).toContain(`the bytes of ${layout.top.digest} have the digest sha256:`);
    expect(error.message).toContain("Nothing was pushed");
  });

  it("where a file is not what the specification describes", async () => {
    const { path } = await makeLayout();
    for (const text of ["", "{", "[]", '{"manifests":[{"digest":"sha256:../../x"}]}']) {
      await writeFile(join(path, "index.json"), text);
      await expectError("layout-invalid", () => readLayout(path));
    }
  });
});
