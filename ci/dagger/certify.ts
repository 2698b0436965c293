import type { CertifyImage, FindFlaw } from "../images/publish.js";
import { certifyImage, scanLayout } from "../signing/certify-image.js";
import { checkAllowances } from "../signing/policy.js";
import { formatProvenance } from "../signing/provenance.js";
import { checkSigner } from "../signing/sign-image.js";
import { chooseSigner, describeTrust } from "../signing/trust.js";
import { findFlaw } from "../signing/verify-image.js";
import type { SigningArguments } from "./interface.js";
import type { RegistryTarget } from "./registry-target.js";
import type { Workspace } from "./workspace.js";

/** What scans and signs the images of a publish, and a sentence about it. */
export interface Certifier {
  /** Absent where nothing is scanned or signed. */
  certify?: CertifyImage;
  /** Absent where nothing is signed. */
  findFlaw?: FindFlaw;
  sentence: string;
}

/**
 * What scans and signs the images of a publish: what others will use is scanned, also where genesis.json wants no signatures. Throws `signing-unconfigured`, `signing-key-missing`,
 * `signing-key-differs` or `allowance-expired` before anything is built.
 */
export async function openCertifier(
  { settings }: Workspace,
  { registry, tools, isPublic }: RegistryTarget,
  args: SigningArguments,
): Promise<Certifier> {
  const { signing: trust, scan: policy, source } = settings;
  const [privateKey, password, token] = await Promise.all(
    [args.key, args.password, args.identityToken].map((secret) => secret?.plaintext()),
  );
  const identity = token === undefined || args.identityUrl === undefined ? undefined : { url: args.identityUrl, token };
  const signer = chooseSigner(trust, { privateKey, password, identity }, isPublic);
  if (signer === undefined && !isPublic) return { sentence: "Nothing is signed or scanned." };
  checkAllowances(policy, new Date());
  const scan = { environment: tools, registry, policy, allowUnscanned: !isPublic };
  if (trust === null || signer === undefined) {
    return {
      sentence: "What is built is scanned, and not signed.",
      certify: async ({ image }, layout) => (await scanLayout({ repository: image.repository, layout }, scan)).notes,
    };
  }
  await checkSigner(tools, signer, trust);
  const builder = trust.kind === "keyless" ? trust.identity : source;
  return {
    sentence: `What is built is scanned, and signed by ${describeTrust(trust)}.`,
    findFlaw: ({ repository }, digest) =>
      findFlaw({ repository, digest }, { environment: tools, registry, trust, source, blobs: false }),
    certify: ({ image, inputs, generation, revision }, layout) => {
      const { name, platforms, repository } = image;
      const built = { image: name, platforms, inputs, generation, args: image.args, ...(revision && { revision }) };
      const request = { repository, layout, provenance: formatProvenance({ ...built, source, builder }) };
      return certifyImage(request, { ...scan, signer, trust, source });
    },
  };
}
