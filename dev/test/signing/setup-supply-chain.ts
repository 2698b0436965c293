import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parsePlatform } from "../../../ci/lib/names.js";
import type { Step } from "../../../ci/lib/step.js";
import type { CredentialSource } from "../../../ci/registry/auth.js";
import type { Layout } from "../../../ci/registry/layout.js";
import { pushLayout } from "../../../ci/registry/push.js";
import type { ToolEnvironment } from "../../../ci/signing/environment.js";
import { formatProvenance } from "../../../ci/signing/provenance.js";
import type { Evidence } from "../../../ci/signing/sign-image.js";
import type { Signer, Trust } from "../../../ci/signing/trust.js";
import type { VerifyOptions } from "../../../ci/signing/verify-image.js";
import { runApart } from "../../native/run-step.js";
import { findTool } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { makeLayout, REPOSITORY, setUpPush } from "../registry/setup-push.js";

/** The repository that the provenances of the tests name. */
export const SOURCE = "https://github.com/o/r";

export interface KeyPair {
  signer: Signer & { kind: "key" };
  trust: Trust;
}

/** Makes a key pair with cosign. */
export async function makeKeyPair(): Promise<KeyPair> {
  const folder = await makeTemporaryFolder();
  const password = "correct horse battery staple";
  const env = { PATH: process.env.PATH ?? "", HOME: folder, COSIGN_PASSWORD: password };
  await promisify(execFile)(await findTool("cosign"), ["generate-key-pair"], { cwd: folder, env });
  const read = (name: string) => readFile(join(folder, name), "utf8");
  return {
    signer: { kind: "key", privateKey: await read("cosign.key"), password },
    trust: { kind: "key", publicKey: await read("cosign.pub") },
  };
}

export type SupplyChain = Awaited<ReturnType<typeof setUpSupplyChain>>;

export const SMALL_SBOM = JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components: [] });

/** What a publish would put beside an image. */
export function makeEvidence(layout: Layout, source = SOURCE): Evidence {
  const subject = { repository: REPOSITORY, digest: layout.top.digest };
  const provenance = formatProvenance({
    image: "base",
    platforms: [parsePlatform("linux/amd64", "test")],
    inputs: "1".repeat(64),
    generation: 1,
    args: {},
    source,
    builder: source,
  });
  const sboms = layout.variants.map(({ manifest: { digest } }) => ({
    subject: { repository: REPOSITORY, digest },
    text: SMALL_SBOM,
  }));
  return { subject, provenance, sboms };
}

/** A registry behind a proxy with an image in it, and cosign. */
export async function setUpSupplyChain(
  options: { credentials?: CredentialSource; htpasswd?: string; platforms?: readonly string[] } = {},
) {
  const push = await setUpPush({ ...options, real: true });
  const layout = await makeLayout({ platforms: options.platforms ?? ["linux/amd64", "linux/arm64"] });
  await pushLayout(push.direct, REPOSITORY, layout, ["in-0123456789abcdef"]);
  const started: Step[] = [];
  const environment: ToolEnvironment = {
    registry: {
      prefix: push.proxy.url.replace("http://", ""),
      plainHttp: true,
      ...(options.credentials && { credentials: options.credentials }),
    },
    run: runApart({ tools: { cosign: await findTool("cosign") }, onStep: (step) => started.push(step) }),
  };
  const keys = await makeKeyPair();
  const { trust } = keys;
  const verify: VerifyOptions = { environment, registry: push.client, trust, source: SOURCE, blobs: false };
  return {
    ...push,
    environment,
    layout,
    subject: { repository: REPOSITORY, digest: layout.top.digest },
    evidence: makeEvidence(layout),
    keys,
    /** Options of a verification by the key of `keys`. */
    options: verify,
    /** The steps that ran since they were cleared. */
    started,
    /** Requests that would change the registry. */
    countWrites: () => ["PUT", "POST", "PATCH", "DELETE"].reduce((sum, method) => sum + push.proxy.count(method), 0),
  };
}
