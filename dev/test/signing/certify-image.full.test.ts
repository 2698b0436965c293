import { describe, expect, it } from "vitest";
import { hashInputs } from "../../../ci/images/inputs.js";
import { updateLock } from "../../../ci/images/lock.js";
import {
  type CertifyImage,
  type FindFlaw,
  type PublishOptions,
  type PublishResult,
  publishImages,
} from "../../../ci/images/publish.js";
import type { Digest } from "../../../ci/lib/names.js";
import type { ScanPolicy } from "../../../ci/lib/settings.js";
import { certifyImage } from "../../../ci/signing/certify-image.js";
import type { Tool } from "../../../ci/signing/environment.js";
import { formatProvenance } from "../../../ci/signing/provenance.js";
import { findFlaw, verifyImage } from "../../../ci/signing/verify-image.js";
import { runApart } from "../../native/run-step.js";
import { findTool } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { imageFiles, makeImage } from "../fixtures/repositories.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { setUpPublish } from "../images/setup-publish.js";
import { makeDatabase, makeDebianLayer, PACKAGE, type Vulnerability } from "./debian-layer.js";
import { type KeyPair, makeKeyPair, SOURCE } from "./setup-supply-chain.js";

const FIXED: Vulnerability = ["CVE-2026-0001", "critical", PACKAGE.name, "1:1.3.1-1"];
const UNFIXED: Vulnerability = ["CVE-2026-0002", "critical", PACKAGE.name, null];
const MILD: Vulnerability = ["CVE-2026-0003", "high", PACKAGE.name, "1:1.3.1-1"];

/** Nobody listens there: what is not in the database already cannot be fetched. */
const NOWHERE = "http://127.0.0.1:9/latest.json";

interface Options {
  database?: string;
  allow?: ScanPolicy["allow"];
  allowUnscanned?: boolean;
  missing?: Tool;
  trust?: KeyPair["trust"];
  layer?: Buffer;
}

/** The steps of a verification of two platforms. */
const VERIFICATION = ["cosign verify", "cosign verify-attestation", "cosign verify", "cosign verify"];

type Setup = Awaited<ReturnType<typeof setUp>>;

/** What a publish of one image does, with all three tools, behind a proxy that counts. */
async function setUp(options: Options) {
  const setup = await setUpPublish();
  setup.builder.layer = options.layer ?? (await makeDebianLayer());
  const keys = await makeKeyPair();
  const trust = options.trust ?? keys.trust;
  const names = ["cosign", "syft", "grype"] as const;
  const found = await Promise.all(
    names.map(async (name) => [name, name === options.missing ? "/nowhere" : await findTool(name)] as const),
  );
  const started: string[] = [];
  const environment = {
    registry: { prefix: setup.proxy.url.replace("http://", ""), plainHttp: true },
    run: runApart({
      tools: Object.fromEntries(found),
      env: { GRYPE_DB_CACHE_DIR: options.database ?? (await makeTemporaryFolder()) },
      onStep: ({ argv }) => started.push(argv.slice(0, 2).join(" ")),
    }),
  };
  const policy = { failAt: "critical" as const, allow: options.allow ?? [], database: NOWHERE };
  const rules = { source: SOURCE, policy, allowUnscanned: options.allowUnscanned ?? false };
  const certifyBy =
    ({ signer, trust }: KeyPair): CertifyImage =>
    ({ image, inputs, generation }, layout) => {
      const { name, platforms, args } = image;
      const from = { source: SOURCE, builder: SOURCE };
      const provenance = formatProvenance({ image: name, platforms, inputs, generation, args, ...from });
      const request = { repository: image.repository, layout, provenance };
      return certifyImage(request, { environment, registry: setup.client, signer, trust, ...rules });
    };
  const certify = certifyBy({ signer: keys.signer, trust });
  const verify = { environment, registry: setup.direct, trust, source: SOURCE, blobs: true };
  const flaws: FindFlaw = ({ repository }, digest) =>
    findFlaw({ repository, digest }, { ...verify, registry: setup.client, blobs: false });
  const image = await makeImage(imageFiles("base"));
  const catalog = [image];
  const publish = async (more: Partial<PublishOptions> = {}): Promise<PublishResult> => {
    const [result] = await publishImages(catalog, { ...setup.options, certify, findFlaw: flaws, ...more });
    if (result === undefined) throw new Error("no result");
    return result;
  };
  const tag = `in-${(await hashInputs(image)).slice(0, 16)}`;
  return { ...setup, catalog, image, publish, certifyBy, started, tag, verify };
}

/** Publishes what must be refused: no tag, and nothing beside the image. */
async function expectNoTag(code: string, setup: Setup, beside = 0): Promise<PublishResult> {
  const result = await setup.publish();
  expect(result.status).toBe("failed");
  expect(result.error).toContain(`[${code}]`);
  expect(await setup.direct.resolve(setup.image.repository, setup.tag)).toBeUndefined();
  expect(setup.proxy.count("PUT", /\/manifests\/sha256-/)).toBe(beside);
  return result;
}

describe("a publish that signs", () => {
  it("lists, scans, signs, attests and verifies each platform before it writes the tag, and then does nothing more", async () => {
    const setup = await setUp({ database: await makeDatabase([UNFIXED, MILD]) });
    const result = await setup.publish();
    expect(result.error).toBeUndefined();
    expect(result.status).toBe("built");
    expect(result.notes).toBeUndefined();
    expect(setup.started).toEqual([
      ...["syft scan", "grype sbom:sbom.json", "syft scan", "grype sbom:sbom.json"],
      ...["cosign sign", "cosign attest", "cosign attest", "cosign attest"],
      ...VERIFICATION,
    ]);
    const puts = setup.proxy.seen.filter(({ method, path }) => method === "PUT" && path.includes("/manifests/"));
    expect(puts.at(-1)?.path).toMatch(new RegExp(`/manifests/${setup.tag}$`));
    const digest = result.digest;
    if (digest === undefined) throw new Error("no digest");
    const verified = await verifyImage({ repository: setup.image.repository, digest }, setup.verify);
    expect(verified.sboms).toHaveLength(2);
    setup.started.length = 0;
    setup.proxy.seen.length = 0;
    expect((await setup.publish()).status).toBe("unchanged");
    expect(setup.started).toEqual(VERIFICATION);
    expect(setup.proxy.count("PUT") + setup.proxy.count("POST")).toBe(0);
  });

  it.each<[code: string, state: string, before: (setup: Setup) => Promise<Partial<PublishOptions>>]>([
    ["signature-missing", "unsigned", async () => ({ certify: async () => [], findFlaw: async () => undefined })],
    [
      "signature-untrusted",
      "signed by another key",
      async ({ certifyBy }) => ({ certify: certifyBy(await makeKeyPair()) }),
    ],
  ])("[%s] certifies as the next generation, once, what is published %s", async (code, _, before) => {
    const setup = await setUp({ database: await makeDatabase([]) });
    const first = await setup.publish(await before(setup));
    const second = await setup.publish();
    expect([first.status, second.status, second.reference]).toEqual(["built", "built", `${first.reference}-2`]);
    expect(second.notes?.[0]).toBe(`${setup.tag} does not verify [${code}]: built and certified anew.`);
    expect(await setup.publish()).toMatchObject({ status: "unchanged", digest: second.digest });
    expect(setup.builder.requests.map(({ generation }) => generation)).toEqual([1, 2]);
    expect((await setup.direct.resolve(setup.image.repository, setup.tag))?.digest).toBe(first.digest);
  });

  it("builds nothing where it cannot be told whether what is published verifies", async () => {
    const setup = await setUp({ missing: "cosign" });
    await publishImages(setup.catalog, setup.options);
    const result = await setup.publish();
    expect([result.status, result.error?.split("]")[0]]).toEqual(["failed", "[tool-unavailable"]);
    expect(setup.builder.requests).toHaveLength(1);
  });

  it("writes no tag for an image with a critical vulnerability that has a fix", async () => {
    const setup = await setUp({ database: await makeDatabase([FIXED, UNFIXED]) });
    const result = await expectNoTag("vulnerability-found", setup);
    expect(result.error).toContain("CVE-2026-0001 critical in zlib1g 1:1.2.13-1, fixed in 1:1.3.1-1");
    expect(result.error).not.toContain("CVE-2026-0002");
    expect(setup.started).not.toContain("cosign sign");
  });

  it("publishes it where genesis.json allows the vulnerability, and says so", async () => {
    const allow = [{ id: "CVE-2026-0001", expires: "2999-12-31", reason: "not reachable from here" }];
    const setup = await setUp({ database: await makeDatabase([FIXED]), allow });
    const { status, notes } = await setup.publish();
    expect(status).toBe("built");
    expect(notes).toHaveLength(2);
    expect(notes?.[0]).toContain("CVE-2026-0001");
  });

  it.each([
    ["there is no database", undefined],
    ["the database is too old", 30],
  ])("is closed for a public registry where %s", async (_, daysAgo) => {
    const database = daysAgo === undefined ? {} : { database: await makeDatabase([UNFIXED], daysAgo) };
    await expectNoTag("scan-database-unavailable", await setUp(database));
  });

  it("says that the embedded registry's image was not scanned where there is no database", async () => {
    const setup = await setUp({ allowUnscanned: true });
    const { status, notes } = await setup.publish();
    expect(status).toBe("built");
    expect(notes?.every((note) => note.includes("not scanned"))).toBe(true);
    expect(await setup.direct.resolve(setup.image.repository, setup.tag)).toBeDefined();
  });

  it.each<Tool>(["syft", "grype", "cosign"])("writes no tag where %s is missing", async (missing) => {
    const setup = await setUp({ missing, database: await makeDatabase([]) });
    const result = await expectNoTag("tool-unavailable", setup);
    expect(result.error).toContain(`tool ${missing}`);
  });

  it("writes no tag for what holds no readable layer", async () => {
    const setup = await setUp({ layer: Buffer.from("this is no tar") });
    await expectNoTag("sbom-failed", setup);
  });

  it("writes no tag where what it signed does not verify", async () => {
    const setup = await setUp({ database: await makeDatabase([]), trust: (await makeKeyPair()).trust });
    await expectNoTag("signature-untrusted", setup, 4);
  });
});

describe("lock, where genesis.json says whose signatures count", () => {
  it("refuses an image that was published unsigned, and takes it once it is signed", async () => {
    const setup = await setUp({ database: await makeDatabase([]) });
    const check = async ({ repository }: typeof setup.image, digest: Digest) => {
      await verifyImage({ repository, digest }, setup.verify);
    };
    await publishImages(setup.catalog, setup.options);
    await expectError("signature-missing", () => updateLock(setup.catalog, setup.direct, new Map(), check));
    const signed = await setup.publish();
    expect(signed.reference).toMatch(/-2$/);
    const { lock } = await updateLock(setup.catalog, setup.direct, new Map(), check);
    expect(lock.get(setup.image.name)?.digest).toBe(signed.digest);
  });
});
