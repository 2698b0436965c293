import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  IMAGE_NAME_MAX,
  parseDigest,
  parseImageName,
  parsePlatform,
  parseRepositoryName,
  parseRevision,
  REPOSITORY_NAME_MAX,
} from "../../../ci/lib/names.js";
import { expectError } from "../fixtures/errors.js";

const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8}){0,2}$/);

describe("parseImageName", () => {
  it.each(["base", "terraform", "a1", "node-24.slim_x", "x".repeat(IMAGE_NAME_MAX)])("takes %s", (name) => {
    expect(parseImageName(name)).toBe(name);
  });

  it.each([
    "..",
    "../x",
    "/x",
    "x/y",
    "Base",
    "a",
    "",
    "-a",
    "a-",
    "a..b",
    "a b",
    "a\n",
    "é1",
    ".git",
    "x".repeat(IMAGE_NAME_MAX + 1),
  ])("refuses %j", async (name) => {
    const error = await expectError("image-invalid-name", () => parseImageName(name));
    expect(error.message).toContain("Nothing was read, built or published");
  });

  it("never lets a name through that could leave a folder", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return /^[a-z0-9._-]+$/.test(parseImageName(text)) && !text.includes("..");
        } catch {
          return true;
        }
      }),
    );
  });

  it("cuts and escapes what it shows of a bad name", async () => {
    const error = await expectError("image-invalid-name", () => parseImageName(`\u001b[31m${"y".repeat(5000)}`));
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toContain("\u001b");
  });
});

describe("parseRepositoryName", () => {
  it("takes every joined component within the length", () => {
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 3 }), (parts) => {
        const name = parts.join("/");
        fc.pre(name.length >= 2 && name.length <= REPOSITORY_NAME_MAX);
        return parseRepositoryName(name, "test") === name;
      }),
    );
  });

  it.each(["a", "a//b", "/a", "a/", "A/b", "a__b", "x".repeat(REPOSITORY_NAME_MAX + 1)])("refuses %j", async (name) => {
    await expectError("repository-invalid", () => parseRepositoryName(name, "test"));
  });
});

describe("the other parsers", () => {
  it("takes a digest and nothing near it", async () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    expect(parseDigest(digest, "test")).toBe(digest);
    for (const text of [
      digest.toUpperCase(),
      digest.slice(0, -1),
      `${digest}0`,
      digest.slice(7),
      `sha512:${"0a".repeat(64)}`,
    ]) {
      await expectError("digest-invalid", () => parseDigest(text, "test"));
    }
  });

  it("takes a platform and nothing near it", async () => {
    for (const text of ["linux/amd64", "linux/arm64/v8"]) expect(parsePlatform(text, "test")).toBe(text);
    for (const text of ["linux", "linux/", "Linux/amd64", "linux/amd64/", "a/b/c/d", "linux amd64"]) {
      await expectError("platform-invalid", () => parsePlatform(text, "test"));
    }
  });

  it("takes a whole commit id and neither a short one nor a branch", async () => {
    expect(parseRevision("0a".repeat(20))).toBe("0a".repeat(20));
    expect(parseRevision("0a".repeat(32))).toBe("0a".repeat(32));
    for (const text of ["main", "0a0a0a0", "0A".repeat(20), ""]) {
      await expectError("revision-invalid", () => parseRevision(text));
    }
  });
});
