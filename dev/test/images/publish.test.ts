import { describe, expect, it } from "vitest";
import { formatRevisionTag, publishImages } from "../../../ci/images/publish.js";
import { parseRevision } from "../../../ci/lib/names.js";
import { imageFiles, makeCatalog, makeImage } from "../fixtures/repositories.js";
import { setUpPublish } from "./setup-publish.js";

const REVISION = parseRevision("0123456789abcdef0123456789abcdef01234567");
const MISSING = '{"errors":[{"code":"NAME_UNKNOWN","message":"The repository does not exist"}]}';

function writes(setup: Awaited<ReturnType<typeof setUpPublish>>): number {
  return setup.proxy.count("POST") + setup.proxy.count("PUT");
}

describe("publishImages", () => {
  it("publishes, then builds and pushes nothing, with two requests an image", async () => {
    const setup = await setUpPublish();
    const catalog = await makeCatalog({
      ...imageFiles("base"),
      ...imageFiles("single", { platforms: ["linux/amd64"] }),
    });
    const first = await publishImages(catalog, setup.options);
    expect(first.map((result) => [result.image, result.status, result.platforms])).toEqual([
      ["base", "built", ["linux/amd64", "linux/arm64"]],
      ["single", "built", ["linux/amd64"]],
    ]);
    setup.proxy.seen.length = 0;
    setup.builder.requests.length = 0;
    const second = await publishImages(catalog, setup.options);
    expect(second.map((result) => result.status)).toEqual(["unchanged", "unchanged"]);
    expect(second.map((result) => [result.reference, result.digest, result.platforms])).toEqual(
      first.map((result) => [result.reference, result.digest, result.platforms]),
    );
    expect(setup.builder.requests).toEqual([]);
    expect(writes(setup)).toBe(0);
    expect(setup.proxy.seen.length).toBeLessThanOrEqual(2 * catalog.length + 2);
  });

  it("builds and pushes only what changed", async () => {
    const setup = await setUpPublish();
    const names = Array.from({ length: 10 }, (_, index) => `image${index}`);
    const files = Object.assign({}, ...names.map((name) => imageFiles(name, { platforms: ["linux/amd64"] })));
    await publishImages(await makeCatalog(files), setup.options);
    setup.builder.requests.length = 0;
    setup.proxy.seen.length = 0;
    const changed = await makeCatalog({ ...files, "images/image3/hello": "changed" });
    const results = await publishImages(changed, setup.options);
    expect(results.filter((result) => result.status === "built").map((result) => result.image)).toEqual(["image3"]);
    expect(setup.builder.requests.map((request) => request.image.name)).toEqual(["image3"]);
    expect(setup.proxy.count("PUT", /manifests\/in-/)).toBe(1);
  });

  it("publishes the others when one does not build", async () => {
    const setup = await setUpPublish();
    setup.builder.broken.add("broken");
    const catalog = await makeCatalog({ ...imageFiles("aa"), ...imageFiles("broken"), ...imageFiles("zz") });
    const results = await publishImages(catalog, setup.options);
    expect(results.map((result) => result.status)).toEqual(["built", "failed", "built"]);
    expect(results[1]?.error).toContain("broken does not build");
    expect(setup.proxy.seen.filter((each) => each.method !== "GET" && each.path.includes("/broken/"))).toEqual([]);
  });

  it.each([
    ["the second platform is missing", ["linux/amd64"]],
    ["a platform came twice", ["linux/amd64", "linux/amd64"]],
    ["a variant is spelled otherwise", ["linux/amd64", "linux/arm64/v8"]],
  ])("pushes nothing when %s", async (_, platforms) => {
    const setup = await setUpPublish();
    setup.builder.wrongPlatforms.set("base", platforms);
    const catalog = await makeCatalog(imageFiles("base"));
    const [result] = await publishImages(catalog, setup.options);
    expect(result?.status).toBe("failed");
    expect(result?.error).toContain("[platform-mismatch]");
    expect(writes(setup)).toBe(0);
  });

  it("adds the revision's tag, and never moves it", async () => {
    const setup = await setUpPublish();
    const options = { ...setup.options, revision: REVISION };
    const files = imageFiles("base");
    const [first] = await publishImages(await makeCatalog(files), options);
    const image = await makeImage(files);
    const tag = formatRevisionTag(REVISION);
    expect(tag).toBe("git-0123456789ab");
    expect((await setup.direct.resolve(image.repository, tag))?.digest).toBe(first?.digest);
    expect(setup.builder.requests[0]?.revision).toBe(REVISION);
    setup.proxy.seen.length = 0;
    const [second] = await publishImages(await makeCatalog({ ...files, "images/base/hello": "x" }), options);
    expect(second?.error).toContain("[tag-exists]");
    expect(writes(setup)).toBe(0);
    expect((await setup.direct.resolve(image.repository, tag))?.digest).toBe(first?.digest);
  });

  it("builds anew with force, under a new tag each time, and reports the newest afterwards", async () => {
    const setup = await setUpPublish();
    const catalog = await makeCatalog(imageFiles("base"));
    const force = { ...setup.options, force: true };
    const digests = [];
    const tags = [];
    for (const options of [setup.options, force, force, setup.options]) {
      const [result] = await publishImages(catalog, options);
      digests.push(result?.digest);
      tags.push(result?.reference.split(":in-")[1]?.slice(16));
    }
    expect(tags).toEqual(["", "-2", "-3", "-3"]);
    expect(new Set(digests).size).toBe(3);
    expect(digests[3]).toBe(digests[2]);
    expect(setup.builder.requests.map((request) => request.generation)).toEqual([1, 2, 3]);
    expect(setup.proxy.count("PUT", /manifests\/in-[0-9a-f]{16}$/)).toBe(1);
  });

  it("lets two publish one catalogue at once: each tag is one digest, and both are told it", async () => {
    const setup = await setUpPublish();
    setup.builder.layer = Buffer.from("the same on every machine");
    const catalog = await makeCatalog({ ...imageFiles("aa"), ...imageFiles("base"), ...imageFiles("zz") });
    const registries = [setup.client, setup.direct];
    const both = await Promise.all(
      registries.map((registry) => publishImages(catalog, { ...setup.options, registry })),
    );
    const [one, other] = both.map((results) => results.map(({ reference, digest }) => [reference, digest]));
    expect(both.flat().map(({ error }) => error)).toEqual(Array(6).fill(undefined));
    expect(other).toEqual(one);
    for (const [index, { repository }] of catalog.entries()) {
      const [reference, digest] = one?.[index] ?? [];
      const stored = await setup.direct.resolve(repository, reference?.split(":").at(-1) ?? "");
      expect(stored?.digest).toBe(digest);
    }
  });

  it("fails for a missing repository before it builds, and awaits it where told to", async () => {
    const setup = await setUpPublish();
    const catalog = await makeCatalog({ ...imageFiles("base"), ...imageFiles("fresh") });
    const fault = { kind: "answer", status: 404, body: MISSING } as const;
    setup.proxy.rules.push({ method: "GET", path: /\/fresh\//, times: 1000, fault });
    const strict = await publishImages(catalog, setup.options);
    expect(strict.map((result) => result.status)).toEqual(["built", "failed"]);
    expect(strict[1]?.error).toContain("[repository-missing]");
    const awaiting = await publishImages(catalog, { ...setup.options, awaitRepositories: true });
    expect(awaiting.map((result) => [result.status, result.error])).toEqual([
      ["unchanged", undefined],
      ["awaiting", undefined],
    ]);
    expect(setup.builder.requests.map((request) => request.image.name)).toEqual(["base"]);
  });

  it("awaits nothing but a missing repository", async () => {
    const setup = await setUpPublish();
    setup.proxy.rules.push({ method: "GET", path: /./, times: 1000, fault: { kind: "answer", status: 403 } });
    const options = { ...setup.options, awaitRepositories: true };
    const [result] = await publishImages(await makeCatalog(imageFiles("base")), options);
    expect(result?.status).toBe("failed");
    expect(result?.error).toContain("[registry-forbidden]");
  });
});
