import type { CertifyImage } from "../images/publish.js";
import { certifyImage } from "../signing/certify-image.js";
import { checkAllowances } from "../signing/policy.js";
import { formatProvenance } from "../signing/provenance.js";
import { checkSigner } from "../signing/sign-image.js";
import { chooseSigner, describeTrust } from "../signing/trust.js";
import type { SigningArguments } from "./interface.js";
import type { RegistryTarget } from "./registry-target.js";
import type { Workspace } from "./workspace.js";

/** What signs the images of a publish, and a sentence about it. */
export interface Certifier {
  /** Absent where nothing is signed. */
  run?: CertifyImage;
  sentence: string;
}

/**
 * What signs the images of a publish; undefined where genesis.json wants no signatures. Throws `signing-unconfigured`, `signing-key-missing`,
 * `signing-key-differs` or `allowance-expired` before anything is built.
 */
export async function openCertifier(
  { settings }: Workspace,
  { registry, tools, isPublic }: RegistryTarget,
  args: SigningArguments,
): Promise<Certifier | undefined> {
  const { signing: trust, scan: policy, source } = settings;
  const [privateKey, password, token] = await Promise.all(
    [args.key, args.password, args.identityToken].map((secret) => secret?.plaintext()),
  );
  const identity = token === undefined || args.identityUrl === undefined ? undefined : { url: args.identityUrl, token };
  const signer = chooseSigner(trust, { privateKey, password, identity }, isPublic);
  if (trust === null) return undefined;
  if (signer === undefined) return { sentence: "Nothing is signed, as nothing was given that signs." };
  checkAllowances(policy, new Date());
  await checkSigner(tools, signer, trust);
  const builder = trust.kind === "keyless" ? trust.identity : source;
  return {
    sentence: `What is built is signed by ${describeTrust(trust)}.`,
    run: ({ image, inputs, generation, revision }, layout) => {
      const { name, platforms, repository } = image;
      const built = { image: name, platforms, inputs, generation, args: image.args, ...(revision && { revision }) };
      const request = { repository, layout, provenance: formatProvenance({ ...built, source, builder }) };
      const options = { environment: tools, registry, signer, trust, source, policy, allowUnscanned: !isPublic };
      return certifyImage(request, options);
    },
  };
}
