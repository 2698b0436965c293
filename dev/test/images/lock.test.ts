import { describe, expect, it } from "vitest";
import type { Image } from "../../../ci/images/catalog.js";
import { formatInputsTag, hashInputs } from "../../../ci/images/inputs.js";
import {
  checkLockedDigests,
  findCurrent,
  formatLock,
  formatLockCheck,
  type Lock,
  listLost,
  parseLock,
  updateLock,
} from "../../../ci/images/lock.js";
import { publishImages } from "../../../ci/images/publish.js";
import { parseDigest } from "../../../ci/lib/names.js";
import { RegistryClient } from "../../../ci/registry/client.js";
import { expectError } from "../fixtures/errors.js";
import { type FileSpec, imageFiles, makeCatalog, makeImage, SOME_DIGEST } from "../fixtures/repositories.js";
import type { Rule } from "../registry/start-proxy.js";
import { setUpPublish } from "./setup-publish.js";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const EMPTY: Lock = parseLock("{}");

async function setUpLock(files: Record<string, FileSpec> = imageFiles("base")) {
  const setup = await setUpPublish();
  const catalog = await makeCatalog(files);
  const results = await publishImages(catalog, setup.options);
  setup.proxy.seen.length = 0;
  const { lock, behind } = await updateLock(catalog, setup.client, EMPTY);
  return { ...setup, catalog, results, lock, behind };
}

describe("a locked image", () => {
  it("is used where it is of the present inputs and has the platform", async () => {
    const { catalog, lock } = await setUpLock(imageFiles("base", { platforms: ["linux/amd64"] }));
    const image = catalog[0] as Image;
    const [inputs, others] = await Promise.all([image, { ...image, description: "changed" }].map(hashInputs));
    const find = (among: Lock, of = "", platform = "linux/amd64") => findCurrent(among, image.name, of, platform);
    expect(find(lock, inputs)).toBe(lock.get(image.name));
    expect(find(lock, inputs, "linux/arm64")).toBeUndefined();
    expect(find(EMPTY, inputs)).toBeUndefined();
    expect(find(lock, others)).toBeUndefined();
  });

  it("is lost where the registry that the lock names was emptied, and not where another is asked", async () => {
    const { lock, client } = await setUpLock();
    expect(await listLost(lock, client)).toEqual([]);
    const emptied = await setUpPublish();
    expect(await listLost(lock, emptied.client)).toEqual(["base"]);
    expect(await listLost(lock, new RegistryClient({ url: emptied.registry.url, prefix: "localhost:5001" }))).toEqual(
      [],
    );
  });
});

describe("updateLock", () => {
  it("reads what is published, spelled as the registry has it, and publishes nothing", async () => {
    const base = imageFiles("base", { platforms: ["linux/amd64", "linux/arm64/v8"] });
    const single = imageFiles("single", { platforms: ["linux/amd64"] });
    const { results, lock, behind, proxy } = await setUpLock({ ...base, ...single });
    expect(behind).toEqual([]);
    const type = (kind: string) => `application/vnd.oci.image.${kind}.v1+json`;
    expect(
      [...lock.values()].map((entry) => [entry.repository, entry.digest, entry.platforms, entry.mediaType]),
    ).toEqual([
      ["localhost:5000/base", results[0]?.digest, ["linux/amd64", "linux/arm64/v8"], type("index")],
      ["localhost:5000/single", results[1]?.digest, ["linux/amd64"], type("manifest")],
    ]);
    expect(proxy.seen.every((each) => each.method === "GET")).toBe(true);
    expect(parseLock(formatLock(lock))).toEqual(lock);
  });

  it("keeps the entry of an image whose new inputs are not published, and drops one that is gone", async () => {
    const { catalog, client, lock } = await setUpLock({ ...imageFiles("base"), ...imageFiles("gone") });
    const changed = await makeCatalog({ ...imageFiles("base"), "images/base/hello": "changed" });
    const update = await updateLock(changed, client, lock);
    expect([...update.lock]).toEqual([...lock].slice(0, 1));
    expect([...update.lock.keys()]).toEqual(["base"]);
    expect(update.behind).toHaveLength(1);
    expect(update.behind[0]).toMatch(/^base: inputs [0-9a-f]{16} are not published; its entry stays at inputs /);
    const behind = await checkLockedDigests(changed, lock, async () => client);
    expect(behind.map(({ image, generation }) => [image, generation])).toEqual([["base", undefined]]);
    expect(formatLockCheck(behind, "table")).toMatch(
      /agree\.\n\S+: locked at [0-9a-f]{16}, sources are at [0-9a-f]{16}\.$/,
    );
    expect(JSON.parse(formatLockCheck(behind, "json"))).toEqual({ agree: true, behind });
    expect(await checkLockedDigests(catalog, lock, async () => client)).toEqual([]);
  });

  it("leaves the attestations of an index out, and refuses one of other platforms", async () => {
    const setup = await setUpPublish();
    const image = await makeImage(imageFiles("base"));
    const tag = formatInputsTag(await hashInputs(image));
    const put = (...entries: [architecture: string, annotations?: Record<string, string>][]) => {
      const manifests = entries.map(([architecture, annotations]) => ({
        ...{ mediaType: MANIFEST, digest: SOME_DIGEST, size: 10, annotations },
        platform: { os: architecture === "unknown" ? "unknown" : "linux", architecture },
      }));
      const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
      const answer = { kind: "answer", status: 200, body, headers: { "content-type": INDEX } } as const;
      setup.proxy.rules.splice(0, 1, { method: "GET", path: new RegExp(`${tag}$`), times: 1, fault: answer });
    };
    const attestation = { "vnd.docker.reference.type": "attestation-manifest" };
    put(["amd64"], ["arm64"], ["unknown", attestation], ["unknown", attestation]);
    const { lock } = await updateLock([image], setup.client, EMPTY);
    expect(lock.get(image.name)?.platforms).toEqual(["linux/amd64", "linux/arm64"]);
    for (const others of [[["amd64"]], [["amd64"], ["arm64"], ["unknown"]]] as [string][][]) {
      put(...others);
      const error = await expectError("platform-mismatch", () => updateLock([image], setup.client, EMPTY));
      const found = others.map(([arch]) => (arch === "unknown" ? "unknown/unknown" : `linux/${arch}`)).join(", ");
      expect(error.message).toContain("image.json says linux/amd64, linux/arm64, and the index in the registry");
      expect(error.message).toContain(`has ${found}.`);
    }
  });

  it("says that a repository to come holds nothing", async () => {
    const setup = await setUpPublish();
    setup.proxy.rules.push(hide("NAME_UNKNOWN"));
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

/** A registry that has nothing of what it is asked for. */
function hide(code: string): Rule {
  const body = JSON.stringify({ errors: [{ code, message: "" }] });
  return { method: "GET", path: /./, times: 1000, fault: { kind: "answer", status: 404, body } };
}

describe("checkLockedDigests", () => {
  const command = "dagger call lock --auto-apply";

  it("passes for what is published, and names the command where a digest or a tag is another", async () => {
    const { catalog, client, lock } = await setUpLock();
    const open = async () => client;
    await checkLockedDigests(catalog, lock, open);
    const [[name, entry] = []] = lock;
    if (name === undefined || entry === undefined) throw new Error("no entry");
    const digest = parseDigest(SOME_DIGEST, "test");
    for (const wrong of [{ digest }, { inputs: "0".repeat(64) }]) {
      const other = new Map([[name, { ...entry, ...wrong }]]);
      const error = await expectError("lock-registry-differs", () => checkLockedDigests(catalog, other, open));
      expect(error.message).toContain(command);
    }
  });

  it("takes an older build of the same inputs for behind, and says what updates it", async () => {
    const { catalog, client, lock, options } = await setUpLock();
    await publishImages(catalog, { ...options, force: true });
    const open = async () => client;
    const behind = await checkLockedDigests(catalog, lock, open);
    expect(behind.map(({ image, generation }) => [image, generation])).toEqual([["base", { locked: 1, newest: 2 }]]);
    expect(formatLockCheck(behind, "table")).toMatch(
      /base: locked at build 1 of [0-9a-f]{16}, .* made build 2\. Next: dagger call lock --auto-apply$/,
    );
    const { lock: updated } = await updateLock(catalog, client, lock);
    expect(await checkLockedDigests(catalog, updated, open)).toEqual([]);
  });

  it("agrees with a build that gave the same bytes again", async () => {
    const { catalog, client, lock, options, builder } = await setUpLock();
    builder.layer = Buffer.from("the same");
    for (const _ of [2, 3]) await publishImages(catalog, { ...options, force: true });
    const { lock: updated } = await updateLock(catalog, client, lock);
    expect(await checkLockedDigests(catalog, updated, async () => client)).toEqual([]);
  });

  it("fails for a digest that the registry no longer has, and names the command", async () => {
    const { catalog, client, lock, proxy } = await setUpLock();
    proxy.rules.push(hide("MANIFEST_UNKNOWN"));
    const error = await expectError("lock-registry-differs", () =>
      checkLockedDigests(catalog, lock, async () => client),
    );
    expect(error.message).toContain(`${[...lock.values()][0]?.digest}, and localhost:5000/base holds nothing`);
    expect(error.message).toContain(command);
    expect(proxy.seen.every(({ method }) => method === "GET")).toBe(true);
  });
});
