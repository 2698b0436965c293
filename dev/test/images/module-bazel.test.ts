import { describe, expect, it } from "vitest";
import { formatLock, parseLock } from "../../../ci/images/lock.js";
import { checkPulls, renderModule, replacePulls } from "../../../ci/images/module-bazel.js";
import { parseImageName } from "../../../ci/lib/names.js";
import { expectError } from "../fixtures/errors.js";
import { SOME_DIGEST } from "../fixtures/repositories.js";

const entry = (settings: Record<string, unknown> = {}) => ({
  repository: "public.ecr.aws/a1b2c3d4/base",
  digest: SOME_DIGEST,
  mediaType: "application/vnd.oci.image.index.v1+json",
  platforms: ["linux/amd64", "linux/arm64/v8"],
  inputs: "0".repeat(64),
  ...settings,
});
const lockOf = (entries: Record<string, unknown>) => parseLock(JSON.stringify(entries));
const MARKERS = ["# BEGIN images: written by `dagger call lock` from images/lock.json", "# END images"] as const;
const MODULE = `module(name = "x")\n\n${MARKERS.join("\n")}\n\n# after\n`;

describe("the block in MODULE.bazel", () => {
  it("pulls by digest, with the platforms as the index spells them", () => {
    const text = replacePulls(MODULE, lockOf({ base: entry() }));
    expect(text).toContain(`    digest = "${SOME_DIGEST}",\n    image = "public.ecr.aws/a1b2c3d4/base",\n`);
    expect(text).toContain('        "linux/arm64/v8",\n');
    expect(text).toContain(
      '    "genesis_base",\n    "genesis_base_linux_amd64",\n    "genesis_base_linux_arm64_v8",\n',
    );
    expect(text.startsWith('module(name = "x")')).toBe(true);
    expect(text.endsWith("# after\n")).toBe(true);
  });

  it("asks for no platform of an image that is no index: rules_oci refuses them there", () => {
    const single = entry({ mediaType: "application/vnd.oci.image.manifest.v1+json", platforms: ["linux/amd64"] });
    const text = replacePulls(MODULE, lockOf({ base: single }));
    expect(text).not.toContain("platforms");
    expect(text).not.toContain("genesis_base_linux");
  });

  it("is written twice the same, and empty again for an empty lock", () => {
    const lock = lockOf({ base: entry(), other: entry() });
    const once = replacePulls(MODULE, lock);
    expect(replacePulls(once, lock)).toBe(once);
    expect(replacePulls(once, lockOf({}))).toBe(MODULE);
  });

  it("agrees or not", async () => {
    const lock = lockOf({ base: entry() });
    expect(() => checkPulls(MODULE, lockOf({}))).not.toThrow();
    expect(() => checkPulls(replacePulls(MODULE, lock), lock)).not.toThrow();
    const edited = replacePulls(MODULE, lock).replace(SOME_DIGEST, `sha256:${"c3".repeat(32)}`);
    const error = await expectError("lock-disagrees", () => checkPulls(edited, lock));
    expect(error.message).toContain("dagger call lock --auto-apply");
  });

  it.each([
    ["none", "module()\n"],
    ["half", `${MARKERS[0]}\n`],
    ["turned", `${MARKERS[1]}\n${MARKERS[0]}\n`],
    ["two", `${MODULE}${MODULE}`],
  ])("is refused where its markers are %s", async (_, text) => {
    await expectError("lock-block-missing", () => replacePulls(text, lockOf({})));
  });

  it("refuses two images under one Bazel name", () =>
    expectError("name-duplicate", () => replacePulls(MODULE, lockOf({ "a-b": entry(), "a.b": entry() }))));
});

describe("the snippet for another repository", () => {
  it("pulls each locked image by digest, and says which is not locked", () => {
    const names = [parseImageName("base"), parseImageName("new")];
    const text = renderModule(names, lockOf({ base: entry() }));
    expect(text).toContain(`    digest = "${SOME_DIGEST}",\n`);
    const next = "Next: dagger call publish, then dagger call lock --auto-apply";
    expect(text.endsWith(`\n# new: not in images/lock.json yet. ${next}\n`)).toBe(true);
  });
});

describe("images/lock.json", () => {
  it("is written sorted and read back the same", () => {
    const lock = lockOf({ bb: entry(), aa: entry() });
    expect([...lock.keys()]).toEqual(["aa", "bb"]);
    expect(parseLock(formatLock(lock))).toEqual(lock);
    expect(formatLock(lockOf({}))).toBe("{}\n");
  });

  it.each([
    ["field-invalid", { base: { ...entry(), extra: 1 } }],
    ["field-invalid", { base: entry({ inputs: "0" }) }],
    ["field-invalid", { base: entry({ platforms: [] }) }],
    ["digest-invalid", { base: entry({ digest: "sha256:0" }) }],
    ["platform-invalid", { base: entry({ platforms: ["x"] }) }],
    ["image-invalid-name", { "../base": entry() }],
  ])("is refused with %s", async (code, entries) => {
    await expectError(code, () => lockOf(entries));
  });
});
