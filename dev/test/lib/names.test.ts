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

const HEX = "0a".repeat(32);
const DIGEST = `sha256:${HEX}`;
const LONG = "x".repeat(5000);

/** Texts that each parser takes, and texts near them that it refuses. */
const PARSERS = {
  "image-invalid-name": {
    parse: parseImageName,
    good: ["base", "terraform", "a1", "node-24.slim_x", LONG.slice(0, IMAGE_NAME_MAX)],
    bad: "..|../x|/x|x/y|Base|a||-a|a-|a..b|a b|a\n|é1|.git".split("|").concat(LONG.slice(0, IMAGE_NAME_MAX + 1)),
  },
  "repository-invalid": {
    parse: (text: string) => parseRepositoryName(text, "test"),
    good: ["ab", "a/b", "a1/b.c/d_e-f", LONG.slice(0, REPOSITORY_NAME_MAX)],
    bad: ["a", "a//b", "/a", "a/", "A/b", "a__b", LONG.slice(0, REPOSITORY_NAME_MAX + 1)],
  },
  "digest-invalid": {
    parse: (text: string) => parseDigest(text, "test"),
    good: [DIGEST],
    bad: [DIGEST.toUpperCase(), DIGEST.slice(0, -1), `${DIGEST}0`, HEX, `sha512:${HEX}${HEX}`],
  },
  "platform-invalid": {
    parse: (text: string) => parsePlatform(text, "test"),
    good: ["linux/amd64", "linux/arm64/v8"],
    bad: ["linux", "linux/", "Linux/amd64", "linux/amd64/", "a/b/c/d", "linux amd64"],
  },
  "revision-invalid": {
    parse: parseRevision,
    good: [HEX.slice(0, 40), HEX],
    bad: ["main", "0a0a0a0", HEX.slice(0, 40).toUpperCase(), ""],
  },
};

describe.each(Object.entries(PARSERS))("what is not %s", (code, { parse, good, bad }) => {
  it.each(good)("takes %s", (text) => {
    expect(parse(text)).toBe(text);
  });

  it.each(bad)("refuses %j", async (text) => {
    await expectError(code, () => parse(text));
  });
});

it("cuts and escapes what it shows of a bad name, and says that nothing was done", async () => {
  const { message } = await expectError("image-invalid-name", () => parseImageName(`\u001b[31m${LONG}`));
  expect(message.length).toBeLessThan(400);
  expect(message).not.toContain("\u001b");
  expect(message).toContain("Nothing was built");
});
