import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { digestBytes } from "../../../ci/registry/client.js";
import { type Layout, locateBlob } from "../../../ci/registry/layout.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { ATTEMPTS } from "../../../ci/registry/retry.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout, REPOSITORY, setUpPush, TAG } from "./setup-push.js";
import type { Fault, RunningProxy } from "./start-proxy.js";

const BLOB_UPLOAD = /\/blobs\/uploads\//;
const TAG_PUT = new RegExp(`/manifests/${TAG}$`);
const OTHER_DIGEST: Fault = { kind: "rewrite", headers: { "docker-content-digest": `sha256:${"0".repeat(64)}` } };

describe("pushLayout", () => {
  it("pushes an index whose digest, manifests and blobs come back as they were, and writes each tag once, last of all", async () => {
    const { client, direct, proxy } = await setUpPush();
    const layout = await makeLayout();
    await pushLayout(client, REPOSITORY, layout, [TAG, "git-0123456789ab"]);
    const puts = proxy.seen.filter((each) => each.method === "PUT").map((each) => each.path);
    expect(puts.slice(-2).map((path) => path.split("/").at(-1))).toEqual([TAG, "git-0123456789ab"]);
    expect(proxy.count("PUT", /manifests\/(?:in|git)-/)).toBe(2);
    const stored = await direct.resolve(REPOSITORY, TAG);
    expect(stored?.digest).toBe(layout.top.digest);
    expect(digestBytes(stored?.bytes ?? Buffer.from(""))).toBe(layout.top.digest);
    for (const variant of layout.variants) {
      expect((await direct.resolve(REPOSITORY, variant.manifest.digest))?.digest).toBe(variant.manifest.digest);
      for (const blob of variant.blobs) {
        const response = await fetch(`${proxy.url}/v2/${REPOSITORY}/blobs/${blob}`);
        const expected = await readFile(locateBlob(layout.path, blob));
        expect(Buffer.from(await response.arrayBuffer()).equals(expected)).toBe(true);
      }
    }
  });

  it("does nothing to a tag that names the digest already", async () => {
    const { push, proxy } = await setUpPush();
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    await push(layout);
    proxy.seen.length = 0;
    await push(layout);
    expect(proxy.count("PUT", TAG_PUT) + proxy.count("POST")).toBe(0);
  });

  it("refuses a tag that names another digest before it sends anything", async () => {
    const { client, direct, proxy, push } = await setUpPush();
    const first = await makeLayout();
    await push(first);
    proxy.seen.length = 0;
    const second = await makeLayout();
    await expectError("tag-exists", () => pushLayout(client, REPOSITORY, second, [TAG]));
    expect(proxy.count("POST") + proxy.count("PUT")).toBe(0);
    expect((await direct.resolve(REPOSITORY, TAG))?.digest).toBe(first.top.digest);
  });

  it("lets one of two publishes win, and the other says so", async () => {
    const { client, direct, proxy } = await setUpPush();
    const winner = await makeLayout();
    const loser = await makeLayout();
    // The other publish ends while this one uploads: after the first look at the tag, before the second.
    const fault = { kind: "before", run: () => pushLayout(direct, REPOSITORY, winner, [TAG]) } as const;
    proxy.rules.push({ method: "POST", path: BLOB_UPLOAD, times: 1, fault });
    await expectError("tag-exists", () => pushLayout(client, REPOSITORY, loser, [TAG]));
    expect((await direct.resolve(REPOSITORY, TAG))?.digest).toBe(winner.top.digest);
    expect(proxy.count("PUT", TAG_PUT)).toBe(0);
  });

  it("says so too when the other publish wins at the very last moment", async () => {
    const { client, direct, proxy } = await setUpPush();
    const winner = await makeLayout();
    const loser = await makeLayout();
    // After the second look nothing holds the tag for us; the third look, after the write, finds the other's digest.
    let looks = 0;
    const before = async () => {
      looks += 1;
      if (looks === 3) await direct.putManifest(REPOSITORY, TAG, winner.top);
    };
    for (const variant of winner.variants) {
      for (const blob of variant.blobs) await direct.putBlob(REPOSITORY, blob, locateBlob(winner.path, blob));
      await direct.putManifest(REPOSITORY, variant.manifest.digest, variant.manifest);
    }
    proxy.rules.push({ method: "GET", path: TAG_PUT, times: 3, fault: { kind: "before", run: before } });
    const error = await expectError("tag-exists", () => pushLayout(client, REPOSITORY, loser, [TAG]));
    expect(error.message).toContain("another publish won");
    expect((await direct.resolve(REPOSITORY, TAG))?.digest).toBe(winner.top.digest);
  });
});

/** A layout with a large layer, whose first upload meets a fault. */
async function makeLarge(proxy: RunningProxy, fault: Fault): Promise<Layout> {
  const layout = await makeLayout({ platforms: ["linux/amd64"], layerBytes: 3_000_000 });
  const layer = layout.variants[0]?.blobs.at(-1)?.slice("sha256:".length);
  proxy.rules.push({ method: "PUT", path: new RegExp(`digest=sha256(?::|%3A)${layer}`), times: 1, fault });
  return layout;
}

describe("faults", () => {
  it.each([500, 502, 503, 504])("tries a blob again after %i, and ends with the tag written once", async (status) => {
    const { push, proxy, slept } = await setUpPush();
    proxy.rules.push({ method: "PUT", path: BLOB_UPLOAD, times: 2, fault: { kind: "answer", status } });
    await push();
    expect(slept).toHaveLength(2);
    expect(proxy.count("PUT", TAG_PUT)).toBe(1);
  });

  it("tries a blob again after a reset in its middle", async () => {
    const { push, proxy } = await setUpPush();
    await push(await makeLarge(proxy, { kind: "reset", afterBytes: 100_000 }));
  });

  it("goes on where it was when the registry is restarted in the middle of a blob", async () => {
    let back: Promise<void> | undefined;
    const { push, proxy, registry, slept } = await setUpPush({
      onSleep: () => {
        back ??= registry.restart();
        return back;
      },
    });
    await push(await makeLarge(proxy, { kind: "before", run: () => registry.kill() }));
    expect(slept.length).toBeGreaterThan(0);
    expect(proxy.count("PUT", TAG_PUT)).toBe(1);
  });

  it("says so when the registry does not come back, tag unwritten", async () => {
    const { client, direct, proxy, registry } = await setUpPush();
    const fault = { kind: "before", run: () => registry.kill() } as const;
    proxy.rules.push({ method: "PUT", path: BLOB_UPLOAD, times: 1, fault });
    const layout = await makeLayout({ platforms: ["linux/amd64"] });
    await expectError("registry-unavailable", () => pushLayout(client, REPOSITORY, layout, [TAG]));
    expect(proxy.count("PUT", TAG_PUT)).toBe(0);
    await registry.restart();
    expect(await direct.resolve(REPOSITORY, TAG)).toBeUndefined();
  });

  it("gives up on resets after a fixed number of attempts, tag unwritten", async () => {
    const { refuse, proxy } = await setUpPush();
    const fault = { kind: "reset", afterBytes: 0 } as const;
    proxy.rules.push({ method: "PUT", path: BLOB_UPLOAD, times: 1000, fault });
    const error = await refuse("registry-unavailable", await makeLayout({ platforms: ["linux/amd64"] }));
    expect(error.message).toContain(`${ATTEMPTS} attempts to upload a blob failed`);
    // Two blobs at most are under way when the first gives up.
    expect(proxy.count("PUT", BLOB_UPLOAD)).toBeLessThanOrEqual(2 * ATTEMPTS);
  });

  it("waits as long as a 429 asks", async () => {
    const { push, proxy, slept } = await setUpPush();
    const fault = { kind: "answer", status: 429, headers: { "retry-after": "7" } } as const;
    proxy.rules.push({ method: "PUT", path: TAG_PUT, times: 2, fault });
    await push();
    expect(slept).toEqual([7000, 7000]);
  });

  it("gives up on 429 after a fixed number of attempts, tag unwritten", async () => {
    const { refuse, proxy, slept } = await setUpPush();
    proxy.rules.push({ method: "PUT", path: TAG_PUT, times: 1000, fault: { kind: "answer", status: 429 } });
    await refuse("registry-throttled");
    expect(slept).toHaveLength(ATTEMPTS - 1);
    expect(proxy.count("PUT", TAG_PUT)).toBe(ATTEMPTS);
  });

  it("does not wait at all when a registry asks for an hour", async () => {
    const { refuse, proxy, slept } = await setUpPush();
    const fault = { kind: "answer", status: 429, headers: { "retry-after": "3600" } } as const;
    proxy.rules.push({ method: "GET", path: TAG_PUT, times: 1000, fault });
    const error = await refuse("registry-throttled");
    expect(error.message).toContain("3600 s");
    expect(slept).toEqual([]);
    expect(proxy.seen).toHaveLength(1);
  });

  it.each([
    ["POST", BLOB_UPLOAD, "ecr-public:InitiateLayerUpload"],
    ["PUT", BLOB_UPLOAD, "ecr-public:CompleteLayerUpload"],
    ["PUT", /\/manifests\//, "ecr-public:PutImage"],
    ["HEAD", /\/blobs\//, "ecr-public:BatchCheckLayerAvailability"],
  ])("names the permission behind a 403 to %s %s, without a retry", async (method, path, permission) => {
    const { refuse, proxy, slept } = await setUpPush();
    proxy.rules.push({ method, path, times: 1000, fault: { kind: "answer", status: 403 } });
    const error = await refuse("registry-forbidden", await makeLayout({ platforms: ["linux/amd64"] }));
    expect(error.message).toContain(permission);
    expect(slept).toEqual([]);
  });

  it("points to Terraform where the repository is missing, and never tries to create one", async () => {
    const { refuse, proxy } = await setUpPush();
    const body = '{"errors":[{"code":"NAME_UNKNOWN","message":"The repository does not exist"}]}';
    proxy.rules.push({ method: "GET", path: /./, times: 1000, fault: { kind: "answer", status: 404, body } });
    const error = await refuse("repository-missing");
    expect(error.message).toContain("terraform/");
    expect(proxy.count("POST") + proxy.count("PUT")).toBe(0);
  });

  it.each([
    ["a blob", BLOB_UPLOAD],
    ["a manifest", /\/manifests\/sha256:/],
  ])("stops when the registry returns another digest for %s, tag unwritten", async (_, path) => {
    const { refuse, proxy } = await setUpPush();
    proxy.rules.push({ method: "PUT", path, times: 1, fault: OTHER_DIGEST });
    await refuse("digest-mismatch");
  });

  it("does not believe a manifest whose bytes are not what the registry says", async () => {
    const { client, push, proxy } = await setUpPush();
    await push();
    proxy.rules.push({ method: "GET", path: TAG_PUT, times: 1, fault: OTHER_DIGEST });
    await expectError("digest-mismatch", () => client.resolve(REPOSITORY, TAG));
  });

  it("does not take a page of some proxy for a missing tag", async () => {
    const { client, proxy } = await setUpPush();
    proxy.rules.push({ method: "GET", path: /./, times: 1, fault: { kind: "answer", status: 404, body: "<html>" } });
    await expectError("registry-refused", () => client.resolve(REPOSITORY, TAG));
  });
});
