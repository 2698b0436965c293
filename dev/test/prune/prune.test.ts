import { describe, expect, it } from "vitest";
import { type Digest, parseRepositoryName } from "../../../ci/lib/names.js";
import { concludePrune, type PruneOptions, type PruneTarget, pruneRepositories } from "../../../ci/prune/prune.js";
import { formatPruned } from "../../../ci/prune/report.js";
import type { RegistryClient } from "../../../ci/registry/client.js";
import { type Inventory, openDistributionInventory } from "../../../ci/registry/inventory.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { signImage } from "../../../ci/signing/sign-image.js";
import { verifyImage } from "../../../ci/signing/verify-image.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout, REPOSITORY, setUpPush } from "../registry/setup-push.js";
import { makeEvidence, setUpSupplyChain } from "../signing/setup-supply-chain.js";

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const PLATFORMS = ["linux/amd64", "linux/arm64"];
const INPUTS = "abcdef0123456789".repeat(4);

/** Pushes an image that says when it was made. */
async function push(client: RegistryClient, tag: string, created?: Date) {
  const layout = await makeLayout({ platforms: PLATFORMS, ...(created && { created }) });
  await pushLayout(client, REPOSITORY, layout, [tag]);
  return layout;
}

const target = (locked: Digest[] = []): PruneTarget => ({
  repository: REPOSITORY,
  locked: new Set(locked),
  inputs: INPUTS,
});

function options(client: RegistryClient, changes: Partial<PruneOptions> = {}): PruneOptions {
  const inventory = openDistributionInventory(client);
  return { registry: client, inventory, olderThanDays: 90, remove: true, now: new Date(), ...changes };
}

/** An old image that nothing keeps, beside three that stay, and one that says no age. */
async function setUp() {
  const setup = await setUpPush();
  const old = await push(setup.direct, "in-1111111111111111", daysAgo(200));
  const locked = await push(setup.direct, "in-2222222222222222", daysAgo(200));
  const current = await push(setup.direct, `in-${INPUTS.slice(0, 16)}`, daysAgo(200));
  const young = await push(setup.direct, "in-3333333333333333", daysAgo(2));
  const ageless = await push(setup.direct, "in-4444444444444444");
  const stay = [locked, current, young, ageless].map(({ top }) => top.digest);
  const has = async (digest: Digest) => (await setup.direct.resolve(REPOSITORY, digest)) !== undefined;
  return { ...setup, old, locked, current, young, stay, has, targets: [target([locked.top.digest])] };
}

describe("prune of a registry that speaks the distribution API", () => {
  it("lists what would go and removes nothing, unless it is told to", async () => {
    const { client, proxy, targets, old } = await setUp();
    const { pruned, errors } = await pruneRepositories(targets, options(client, { remove: false }));
    expect(errors).toEqual([]);
    expect(proxy.count("DELETE") + proxy.count("PUT") + proxy.count("POST")).toBe(0);
    const would = pruned.filter(({ outcome }) => outcome === "would be removed").map(({ image }) => image.digest);
    expect(would).toEqual([old.top.digest, ...old.variants.map(({ manifest }) => manifest.digest)]);
    const report = formatPruned(pruned, "Embedded registry.", "table");
    expect(report).toContain("3 of 15 go. Nothing was removed; --remove does.");
    expect(report).toMatch(/ kept +part: current /);
  });

  it("removes an old image with its parts and its signatures, once, and nothing else", async () => {
    const { client, proxy, targets, old, stay, has } = await setUp();
    const { pruned } = await pruneRepositories(targets, options(client));
    expect(pruned.filter(({ outcome }) => outcome === "removed")).toHaveLength(3);
    expect(proxy.count("DELETE")).toBe(3);
    expect(await has(old.top.digest)).toBe(false);
    for (const { manifest } of old.variants) expect(await has(manifest.digest)).toBe(false);
    for (const digest of stay) expect(await has(digest)).toBe(true);
    expect(await client.resolve(REPOSITORY, "in-1111111111111111")).toBeUndefined();
    proxy.seen.length = 0;
    await pruneRepositories(targets, options(client));
    expect(proxy.count("DELETE")).toBe(0);
  });

  it("leaves what a locked image was signed with: it verifies as before", async () => {
    const setup = await setUpSupplyChain();
    const old = await push(setup.direct, "in-1111111111111111", daysAgo(200));
    await signImage(setup.environment, setup.keys.signer, setup.evidence);
    await signImage(setup.environment, setup.keys.signer, makeEvidence(old));
    const later = { now: new Date(Date.now() + 200 * DAY_MS) };
    const all = await setup.direct.listTags(REPOSITORY);
    expect(all).toHaveLength(8);
    await pruneRepositories([target([setup.subject.digest])], options(setup.client, later));
    await verifyImage(setup.subject, { ...setup.options, blobs: true });
    // The image, and the tags beside it and its two platforms; of the other image nothing is left.
    expect(await setup.direct.listTags(REPOSITORY)).toHaveLength(4);
    expect(await setup.direct.resolve(REPOSITORY, old.top.digest)).toBeUndefined();
  });

  it("removes nothing of a repository that is not there, and of an image that left the catalogue what is old", async () => {
    const { client, old, has } = await setUp();
    const absent = { ...target(), repository: parseRepositoryName("absent", "test") };
    expect(await pruneRepositories([absent], options(client))).toEqual({ pruned: [], errors: [] });
    await pruneRepositories([{ ...target(), inputs: undefined }], options(client));
    expect(await has(old.top.digest)).toBe(false);
  });
});

/** Runs something once, right before the first second look. */
function racing(inventory: Inventory, race: () => Promise<unknown>): Inventory {
  let done = false;
  return {
    ...inventory,
    look: async (repository, digest) => {
      if (!done) {
        done = true;
        await race();
      }
      return inventory.look(repository, digest);
    },
  };
}

describe("a publish at the same time", () => {
  it("keeps an image that it gave a tag after the list, with all of its parts", async () => {
    const { client, direct, proxy, targets, old, has } = await setUp();
    const inventory = racing(openDistributionInventory(client), () =>
      direct.putManifest(REPOSITORY, "in-5555555555555555", old.top),
    );
    const { pruned } = await pruneRepositories(targets, options(client, { inventory }));
    expect(pruned.filter(({ outcome }) => outcome === "skipped")).toHaveLength(3);
    expect(proxy.count("DELETE")).toBe(0);
    for (const digest of [old.top.digest, ...old.variants.map(({ manifest }) => manifest.digest)]) {
      expect(await has(digest)).toBe(true);
    }
  });

  it("keeps an image that became the newest of the present inputs", async () => {
    const { client, direct, proxy, targets, old } = await setUp();
    const inventory = racing(openDistributionInventory(client), async () => {
      await direct.putManifest(REPOSITORY, `in-${INPUTS.slice(0, 16)}-2`, old.top);
    });
    // Even where the second look at its tags does not show it.
    const blind: Inventory = {
      ...inventory,
      look: async (repository, digest) => {
        const tags = await inventory.look(repository, digest);
        return tags?.filter((tag) => !tag.endsWith("-2"));
      },
    };
    await pruneRepositories(targets, options(client, { inventory: blind }));
    expect(proxy.count("DELETE")).toBe(0);
  });

  it("does not mind who removed it first", async () => {
    const { client, direct, targets, old } = await setUp();
    const inventory = racing(openDistributionInventory(client), () =>
      direct.deleteManifest(REPOSITORY, old.top.digest),
    );
    const { pruned, errors } = await pruneRepositories(targets, options(client, { inventory }));
    expect(errors).toEqual([]);
    expect(pruned.filter(({ outcome }) => outcome === "gone")).toHaveLength(1);
  });
});

it("stops at the first image that the registry does not remove, and says what is removed by then", async () => {
  const { client, proxy, targets } = await setUp();
  const body = '{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}';
  proxy.rules.push({ method: "DELETE", path: /./, times: 100, fault: { kind: "answer", status: 405, body } });
  const { pruned, errors } = await pruneRepositories(targets, options(client));
  expect(proxy.count("DELETE")).toBe(1);
  expect(pruned.filter(({ outcome }) => outcome === "removed")).toEqual([]);
  const error = await expectError("registry-refused", () => concludePrune("REPORT", errors));
  expect(error.message).toMatch(/^REPORT\n\[registry-refused\].*delete a manifest/);
});
