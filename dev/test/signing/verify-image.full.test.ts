import { describe, expect, it } from "vitest";
import { parseDigest } from "../../../ci/lib/names.js";
import { digestBytes } from "../../../ci/registry/client.js";
import { pushLayout } from "../../../ci/registry/push.js";
import { makeAttestStep, makeSignStep } from "../../../ci/signing/cosign.js";
import { signImage } from "../../../ci/signing/sign-image.js";
import { verifyImage } from "../../../ci/signing/verify-image.js";
import { expectError } from "../fixtures/errors.js";
import { makeLayout, REPOSITORY } from "../registry/setup-push.js";
import { makeEvidence, makeKeyPair, type SupplyChain, setUpSupplyChain } from "./setup-supply-chain.js";

async function setUpSigned(platforms?: readonly string[]): Promise<SupplyChain> {
  const setup = await setUpSupplyChain(platforms && { platforms });
  await signImage(setup.environment, setup.keys.signer, setup.evidence);
  return setup;
}

/** Runs a verification that must fail, and must write nothing. */
async function expectRefused(code: string, setup: SupplyChain, changes: Partial<SupplyChain["options"]> = {}) {
  const before = setup.countWrites();
  const error = await expectError(code, () => verifyImage(setup.subject, { ...setup.options, ...changes }));
  expect(setup.countWrites()).toBe(before);
  return error;
}

/** The tag under which a registry without a referrers API keeps what stands beside a digest. */
const fallbackTag = (digest: string) => digest.replace(":", "-");

describe("an image that was signed and attested with a key", () => {
  it.each([{ platforms: ["linux/amd64", "linux/arm64"] }, { platforms: ["linux/amd64"] }])(
    "verifies, to the last byte, in a registry without a referrers API: $platforms",
    async ({ platforms }) => {
      const setup = await setUpSigned(platforms);
      const referrers = await fetch(`${setup.registry.url}/v2/${REPOSITORY}/referrers/${setup.subject.digest}`);
      expect(referrers.status).toBe(404);
      const before = setup.countWrites();
      const verified = await verifyImage(setup.subject, { ...setup.options, blobs: true });
      expect(verified.sboms).toEqual(setup.layout.variants.map(({ manifest }) => manifest.digest));
      expect(verified.provenance.buildDefinition.externalParameters.image).toBe("base");
      expect(setup.countWrites()).toBe(before);
      // Every layer was read, and the tag of the image is where it was.
      const blobs = setup.layout.variants.flatMap((variant) => variant.blobs);
      for (const blob of blobs) expect(setup.proxy.count("GET", new RegExp(`/blobs/${blob}$`))).toBe(1);
      const stored = await setup.direct.resolve(REPOSITORY, "in-0123456789abcdef");
      expect(stored?.digest).toBe(setup.subject.digest);
    },
  );

  it("verifies beside what somebody else signed too", async () => {
    const setup = await setUpSupplyChain();
    await signImage(setup.environment, (await makeKeyPair()).signer, setup.evidence);
    await signImage(setup.environment, setup.keys.signer, setup.evidence);
    await verifyImage(setup.subject, setup.options);
  });

  it("is refused where another key signed it", async () => {
    const setup = await setUpSigned();
    await expectRefused("signature-untrusted", setup, { trust: (await makeKeyPair()).trust });
  });

  it("is refused where its provenance names another repository", async () => {
    const setup = await setUpSupplyChain();
    await signImage(setup.environment, setup.keys.signer, makeEvidence(setup.layout, "https://github.com/o/fork"));
    const error = await expectRefused("attestation-mismatch", setup);
    expect(error.message).toContain("https://github.com/o/fork");
  });
});

describe("an image with something missing", () => {
  it("has no signature at all", async () => {
    await expectRefused("signature-missing", await setUpSupplyChain());
  });

  it("has attestations and no signature, which plain cosign takes for one", async () => {
    const setup = await setUpSupplyChain();
    const { environment, keys, subject, evidence } = setup;
    const predicate = { kind: "provenance" as const, text: evidence.provenance };
    const step = await makeAttestStep(environment.registry, subject, keys.signer, predicate);
    expect((await environment.run(step)).exitCode).toBe(0);
    await expectRefused("signature-missing", setup);
  });

  it("has no provenance", async () => {
    const setup = await setUpSupplyChain();
    const { environment, keys, subject } = setup;
    expect((await environment.run(await makeSignStep(environment.registry, subject, keys.signer))).exitCode).toBe(0);
    const error = await expectRefused("attestation-missing", setup);
    expect(error.message).toContain("https://slsa.dev/provenance/v1");
  });

  it("has an SBOM for one platform of two", async () => {
    const setup = await setUpSupplyChain();
    const [first] = setup.evidence.sboms;
    await signImage(setup.environment, setup.keys.signer, { ...setup.evidence, sboms: first ? [first] : [] });
    const error = await expectRefused("attestation-missing", setup);
    expect(error.subject).toContain(setup.layout.variants[1]?.manifest.digest);
  });

  it("is not there", async () => {
    const setup = await setUpSupplyChain();
    const digest = parseDigest(`sha256:${"a1".repeat(32)}`, "test");
    await expectRefused("image-unpublished", { ...setup, subject: { ...setup.subject, digest } });
    expect(setup.started).toEqual([]);
  });
});

describe("an image that somebody changed", () => {
  it("has the attestations of another digest put beside it", async () => {
    const setup = await setUpSigned();
    const other = await makeLayout();
    await pushLayout(setup.direct, REPOSITORY, other, ["other"]);
    const beside = await setup.direct.resolve(REPOSITORY, fallbackTag(setup.subject.digest));
    if (beside === undefined) throw new Error("nothing stands beside the image");
    await setup.direct.putManifest(REPOSITORY, fallbackTag(other.top.digest), beside);
    const subject = { ...setup.subject, digest: other.top.digest };
    await expectRefused("attestation-mismatch", { ...setup, subject });
  });

  it("has one byte changed and a digest of its own", async () => {
    const setup = await setUpSigned();
    const bytes = Buffer.from(`${Buffer.from(setup.layout.top.bytes).toString("utf8")} `);
    const changed = { ...setup.layout.top, digest: digestBytes(bytes), bytes };
    await setup.direct.putManifest(REPOSITORY, changed.digest, changed);
    await expectRefused("signature-missing", { ...setup, subject: { ...setup.subject, digest: changed.digest } });
  });

  it.each<[part: string, text?: string]>([["index", "linux"], ["manifest", "layer.v1.tar"], ["layer"]])(
    "has one byte of its %s changed in the registry's storage",
    async (part, text) => {
      const setup = await setUpSigned();
      await verifyImage(setup.subject, { ...setup.options, blobs: true });
      const [variant] = setup.layout.variants;
      const digests: Record<string, string | undefined> = {
        index: setup.subject.digest,
        manifest: variant?.manifest.digest,
        layer: variant?.blobs[1],
      };
      await setup.registry.flipByte(digests[part] ?? "", text);
      await expectRefused("digest-mismatch", setup, { blobs: true });
    },
  );

  it("has one byte changed by a registry that owns up to the bytes it sends", async () => {
    const setup = await setUpSigned();
    await setup.registry.flipByte(setup.subject.digest, "linux");
    const sent = await fetch(`${setup.registry.url}/v2/${REPOSITORY}/manifests/${setup.subject.digest}`, {
      headers: { accept: setup.layout.top.mediaType },
    });
    const digest = digestBytes(new Uint8Array(await sent.arrayBuffer()));
    const headers = { "docker-content-digest": digest };
    setup.proxy.rules.push({ method: "GET", path: /manifests/, times: 1, fault: { kind: "rewrite", headers } });
    await expectRefused("digest-mismatch", setup);
  });

  it("is refused also where cosign lets the claims of another digest pass", async () => {
    const setup = await setUpSigned();
    const other = `sha256:${"a1".repeat(32)}`;
    const environment: typeof setup.environment = {
      ...setup.environment,
      run: async (step) => {
        const result = await setup.environment.run(step);
        return { ...result, stdout: result.stdout.replaceAll(setup.subject.digest, other) };
      },
    };
    const error = await expectRefused("attestation-mismatch", setup, { environment });
    expect(error.message).toContain(other);
  });
});

it("is not known to be signed where keyless signatures cannot be checked, as Sigstore does not answer", async () => {
  const setup = await setUpSigned();
  const identity = "https://github.com/o/r/.github/workflows/main.yml@refs/heads/main";
  const trust = { kind: "keyless" as const, identity, issuer: "https://token.actions.githubusercontent.com" };
  await expectRefused("verify-failed", setup, { trust });
});
