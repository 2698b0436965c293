import { describe, expect, it } from "vitest";
import {
  checkLockedDigests,
  formatLock,
  formatLockCheck,
  type Lock,
  listBehind,
  parseLock,
  updateLock,
} from "../../../ci/images/lock.js";
import { replacePulls } from "../../../ci/images/module-bazel.js";
import { publishImages } from "../../../ci/images/publish.js";
import { parseDigest } from "../../../ci/lib/names.js";
import { expectError } from "../fixtures/errors.js";
import { imageFiles, makeCatalog, SOME_DIGEST } from "../fixtures/repositories.js";
import { setUpPublish } from "./setup-publish.js";

const EMPTY: Lock = parseLock("{}");

describe("updateLock", () => {
  it("reads what is published, and publishes nothing", async () => {
    const setup = await setUpPublish();
    const catalog = await makeCatalog({
      ...imageFiles("base"),
      ...imageFiles("single", { platforms: ["linux/amd64"] }),
    });
    const results = await publishImages(catalog, setup.options);
    setup.proxy.seen.length = 0;
    const { lock, behind } = await updateLock(catalog, setup.client, EMPTY);
    expect(behind).toEqual([]);
    expect(
      [...lock.values()].map((entry) => [entry.repository, entry.digest, entry.platforms, entry.mediaType]),
    ).toEqual([
      [
        "localhost:5000/base",
        results[0]?.digest,
        ["linux/amd64", "linux/arm64"],
        "application/vnd.oci.image.index.v1+json",
      ],
      ["localhost:5000/single", results[1]?.digest, ["linux/amd64"], "application/vnd.oci.image.manifest.v1+json"],
    ]);
    expect(setup.proxy.seen.every((each) => each.method === "GET")).toBe(true);
    expect(parseLock(formatLock(lock))).toEqual(lock);
  });

  it("takes the newest of forced rebuilds", async () => {
    const setup = await setUpPublish();
    const catalog = await makeCatalog(imageFiles("base"));
    await publishImages(catalog, setup.options);
    const [forced] = await publishImages(catalog, { ...setup.options, force: true });
    const { lock } = await updateLock(catalog, setup.client, EMPTY);
    expect([...lock.values()][0]?.digest).toBe(forced?.digest);
  });

  it("keeps the entry of an image whose new inputs are not published, and drops one that is gone", async () => {
    const setup = await setUpPublish();
    const files = { ...imageFiles("base"), ...imageFiles("gone") };
    const catalog = await makeCatalog(files);
    await publishImages(catalog, setup.options);
    const { lock } = await updateLock(catalog, setup.client, EMPTY);
    const changed = await makeCatalog({ ...imageFiles("base"), "images/base/hello": "changed" });
    const update = await updateLock(changed, setup.client, lock);
    expect([...update.lock.keys()]).toEqual(["base"]);
    expect([...update.lock.values()][0]).toEqual([...lock.values()][0]);
    expect(update.behind).toHaveLength(1);
    expect(update.behind[0]).toMatch(/^base: inputs [0-9a-f]{16} are not published; its entry stays at inputs /);
    const behind = await listBehind(changed, lock);
    expect(behind).toHaveLength(1);
    expect(formatLockCheck(behind, "table")).toMatch(
      /agree\.\n\S+: locked at [0-9a-f]{16}, sources are at [0-9a-f]{16}\.$/,
    );
    expect(JSON.parse(formatLockCheck(behind, "json"))).toEqual({ agree: true, behind });
    expect(await listBehind(catalog, lock)).toEqual([]);
  });

  it("says that a repository to come holds nothing", async () => {
    const setup = await setUpPublish();
    const body = '{"errors":[{"code":"NAME_UNKNOWN","message":""}]}';
    setup.proxy.rules.push({ method: "GET", path: /./, times: 1000, fault: { kind: "answer", status: 404, body } });
    const update = await updateLock(await makeCatalog(imageFiles("base")), setup.client, EMPTY);
    expect(update.lock.size).toBe(0);
    expect(update.behind[0]).toContain("it has no entry");
  });

  it("fails closed when the registry cannot be asked", async () => {
    const setup = await setUpPublish();
    setup.proxy.rules.push({ method: "GET", path: /./, times: 1000, fault: { kind: "answer", status: 503 } });
    const catalog = await makeCatalog(imageFiles("base"));
    await expectError("registry-unavailable", () => updateLock(catalog, setup.client, EMPTY));
  });
});

describe("checkLockedDigests", () => {
  it("passes for what is published, and names the command where a digest or a tag is another", async () => {
    const setup = await setUpPublish();
    const catalog = await makeCatalog(imageFiles("base"));
    await publishImages(catalog, setup.options);
    const { lock } = await updateLock(catalog, setup.client, EMPTY);
    const open = async () => setup.client;
    await checkLockedDigests(catalog, lock, open);
    const [[name, entry] = []] = lock;
    if (name === undefined || entry === undefined) throw new Error("no entry");
    for (const wrong of [
      { ...entry, digest: parseDigest(SOME_DIGEST, "test") },
      { ...entry, inputs: "0".repeat(64) },
    ]) {
      const error = await expectError("lock-registry-differs", () =>
        checkLockedDigests(catalog, new Map([[name, wrong]]), open),
      );
      expect(error.message).toContain("dagger call lock --auto-apply");
    }
  });
});

it("fails for a digest that the registry no longer has, and names the command", async () => {
  const setup = await setUpPublish();
  const catalog = await makeCatalog(imageFiles("base"));
  await publishImages(catalog, setup.options);
  const { lock } = await updateLock(catalog, setup.client, EMPTY);
  const body = '{"errors":[{"code":"MANIFEST_UNKNOWN","message":""}]}';
  setup.proxy.rules.push({
    method: "GET",
    path: /\/manifests\//,
    times: 1000,
    fault: { kind: "answer", status: 404, body },
  });
  setup.proxy.seen.length = 0;
  const error = await expectError("lock-registry-differs", () =>
    checkLockedDigests(catalog, lock, async () => setup.client),
  );
  expect(error.message).toContain(`${[...lock.values()][0]?.digest}, and localhost:5000/base holds nothing`);
  expect(error.message).toContain("dagger call lock --auto-apply");
  expect(setup.proxy.seen.every(({ method }) => method === "GET")).toBe(true);
});

it("renders MODULE.bazel from what the registry spells", async () => {
  const setup = await setUpPublish();
  const catalog = await makeCatalog(imageFiles("base", { platforms: ["linux/amd64", "linux/arm64/v8"] }));
  await publishImages(catalog, setup.options);
  const { lock } = await updateLock(catalog, setup.client, EMPTY);
  const text = replacePulls(
    "# BEGIN images: written by `dagger call lock` from images/lock.json\n# END images\n",
    lock,
  );
  expect(text).toContain('"linux/arm64/v8"');
  expect(text).toContain('"genesis_base_linux_arm64_v8"');
});
