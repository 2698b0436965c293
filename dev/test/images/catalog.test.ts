import { describe, expect, it } from "vitest";
import { readCatalog } from "../../../ci/images/catalog.js";
import { parsePins } from "../../../ci/images/pins.js";
import { narrowPlatforms, selectImages } from "../../../ci/images/select.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { imageFiles, makeCatalog, makeImage, PINS_TEXT, writeRepository } from "../fixtures/repositories.js";

describe("readCatalog", () => {
  it("reads images sorted, with their defaults", async () => {
    const images = await makeCatalog({ ...imageFiles("two"), ...imageFiles("one", { platforms: ["linux/amd64"] }) });
    expect(images.map((image) => [image.name, image.repository, image.platforms])).toEqual([
      ["one", "one", ["linux/amd64"]],
      ["two", "two", ["linux/amd64", "linux/arm64"]],
    ]);
    expect(images[0]?.args.DEBIAN).toContain("debian:trixie-slim@sha256:");
    expect(images[0]?.context.map((entry) => entry.path)).toEqual(["Dockerfile", "hello"]);
  });

  it("adds files of the repository to the context", async () => {
    const files = { ...imageFiles("one", { files: { "deep/lock": "terraform/lock" } }), "terraform/lock": "x" };
    const [image] = await makeCatalog(files);
    expect(image?.context.map((entry) => entry.path)).toEqual(["Dockerfile", "deep/lock", "hello"]);
  });

  it("keeps a link inside its folder", async () => {
    const [image] = await makeCatalog({ ...imageFiles("one"), "images/one/sub/link": { link: "../hello" } });
    const link = image?.context.find((entry) => entry.path === "sub/link");
    expect(link).toMatchObject({ mode: "120000", target: "../hello" });
  });

  it.each(["../two", "/etc/passwd", "../../genesis.json", "sub/../../two"])("refuses a link to %s", async (link) => {
    const files = { ...imageFiles("one"), "images/one/link": { link } };
    const error = await expectError("symlink-escapes", () => makeCatalog(files));
    expect(error.subject).toBe("images/one/link");
  });

  it("refuses a folder that is a link", async () => {
    const root = await writeRepository({ ...imageFiles("one"), "images/two": { link: "one" } });
    const error = await expectError("image-not-folder", () => readCatalog(root, parsePins(PINS_TEXT)));
    expect(error.subject).toBe("images/two");
  });

  it.each([
    ["field-invalid", "images/one/image.json descriptoin", { descriptoin: "x" }],
    ["field-invalid", "images/one/image.json platforms", { platforms: [] }],
    ["field-invalid", "images/one/image.json smoke", { smoke: "true" }],
    ["field-invalid", "images/one/image.json files.a", { files: { a: "../outside" } }],
    ["field-invalid", "images/one/image.json files./a", { files: { "/a": "inside" } }],
    ["platform-invalid", "images/one/image.json platforms", { platforms: ["amd64"] }],
    ["name-duplicate", "images/one/image.json platforms", { platforms: ["linux/amd64", "linux/amd64"] }],
    ["repository-invalid", "images/one/image.json repository", { repository: "Bad" }],
    ["file-missing", "terraform/none", { files: { a: "terraform/none" } }],
    // An archive is no base.
    ["dockerfile-unpinned", "images/one/Dockerfile:2", { args: { DEBIAN: "archive" } }],
  ])("refuses with %s at %s", async (code, subject, settings) => {
    const error = await expectError(code, () => makeCatalog(imageFiles("one", settings)));
    expect(error.subject).toBe(subject);
  });

  it("takes a newline in a file's name, and a name that every object has; an error about one stays on one line", async () => {
    const [image] = await makeCatalog({ ...imageFiles("one"), "images/one/a\nb": "x", "images/one/constructor": "x" });
    expect(image?.context.map(({ path }) => path)).toEqual(["Dockerfile", "a\nb", "constructor", "hello"]);
    const link = { link: "/etc/passwd" };
    const files = { ...imageFiles("one"), "images/one/x\n::error::y\u001b[2J": link };
    const { message } = await expectError("symlink-escapes", () => makeCatalog(files));
    expect(message).toContain("images/one/x\\n::error::y\\u001b[2J: it is a link");
    expect(message.split("\n")).toHaveLength(1);
  });

  it("names an argument without a pin, with the nearest pin", async () => {
    const files = { ...imageFiles("one", { args: { DEBIAN: "debain" } }) };
    const errors = await expectErrors(["arg-unknown-pin", "dockerfile-unpinned"], () => makeCatalog(files));
    expect(errors[0]?.message).toContain('did you mean "debian"?');
  });

  it("names both images of a shared repository", async () => {
    const files = { ...imageFiles("one", { repository: "shared" }), ...imageFiles("two", { repository: "shared" }) };
    const error = await expectError("repository-duplicate", () => makeCatalog(files));
    expect(error.message).toContain("images/two");
    expect(error.message).toContain("one");
  });

  it("lists everything that is wrong, of all images, at once", async () => {
    const missing = ["file-missing", "dockerfile-missing"];
    await expectErrors(
      ["image-invalid-name", "dockerfile-missing", "json-invalid", "dockerfile-empty", ...missing],
      () =>
        makeCatalog({
          "images/Bad/Dockerfile": "FROM scratch",
          "images/aa/image.json": '{"description":"no Dockerfile"}',
          "images/bb/Dockerfile": "FROM scratch",
          "images/bb/image.json": "{",
          "images/cc/Dockerfile": "",
          "images/cc/image.json": '{"description":"empty Dockerfile"}',
          "images/dd/README.md": "neither",
        }),
    );
  });
});

describe("selectImages", () => {
  const catalog = () => makeCatalog({ ...imageFiles("base"), ...imageFiles("terraform") });

  it("takes all, or those named in the catalogue's order", async () => {
    const images = await catalog();
    expect(await selectImages(images, [])).toEqual(images);
    const named = await selectImages(images, ["terraform", "base"]);
    expect(named.map((image) => image.name)).toEqual(["base", "terraform"]);
  });

  it("shows the name nearest to an unknown one", async () => {
    const images = await catalog();
    const error = await expectError("image-unknown", () => selectImages(images, ["terrafrom"]));
    expect(error.message).toContain("did you mean terraform?");
    const far = await expectError("image-unknown", () => selectImages(images, ["something"]));
    expect(far.message).not.toContain("did you mean");
  });

  it("refuses a name given twice, and one that is no name", async () => {
    const images = await catalog();
    await expectError("name-duplicate", () => selectImages(images, ["base", "base"]));
    await expectError("image-invalid-name", () => selectImages(images, ["../base"]));
  });

  it("narrows to platforms that the image has", async () => {
    const base = await makeImage(imageFiles("base"));
    expect(narrowPlatforms(base, ["linux/arm64"]).platforms).toEqual(["linux/arm64"]);
    expect(narrowPlatforms(base, [])).toBe(base);
    await expectError("platform-unsupported", () => narrowPlatforms(base, ["linux/s390x"]));
    await expectError("platform-invalid", () => narrowPlatforms(base, ["arm64"]));
    await expectError("name-duplicate", () => narrowPlatforms(base, ["linux/arm64", "linux/arm64"]));
  });
});
