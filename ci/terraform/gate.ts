import { GenesisError, throwErrors } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import { findNearest } from "../lib/nearest.js";
import { classifyChange, isLoss, type Plan } from "./plan.js";

/** Types whose loss locks people out, loses data or cannot be undone; `prevent_destroy` guards them in the code too. */
export const PROTECTED_TYPES: ReadonlySet<string> = new Set([
  "aws_ecrpublic_repository",
  "aws_iam_openid_connect_provider",
  "aws_iam_organizations_features",
  "aws_organizations_account",
  "aws_organizations_organization",
  "aws_organizations_organizational_unit",
  "aws_s3_bucket",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_versioning",
]);

/** The provider of the code; everything else that a plan could run is refused. */
const PROVIDER = "registry.terraform.io/hashicorp/aws";

/**
 * Lets a plan pass, or throws everything that stands against it: `destroy-refused` for each protected resource that would be
 * lost and is not named, `destroy-unknown` for each name that the plan does not destroy, `provider-forbidden`.
 */
export async function checkGate(plan: Plan, allowDestroy: readonly string[]): Promise<void> {
  const losses = plan.resource_changes
    .filter(({ type, change }) => PROTECTED_TYPES.has(type) && isLoss(classifyChange(change)))
    .map(({ address }) => address);
  const errors = losses.filter((address) => !allowDestroy.includes(address)).map(refuseLoss);
  for (const address of allowDestroy) {
    if (!losses.includes(address)) errors.push(refuseName(address, await findNearest(address, losses)));
  }
  throwErrors([...errors, ...listForbiddenProviders(plan).map(refuseProvider)]);
}

/** The scan of the code comes before `init`; this asks the plan itself, so that a way around the scan ends here. */
function listForbiddenProviders(plan: Plan): string[] {
  const configured = Object.values(plan.configuration?.provider_config ?? {});
  const names = configured.map(({ full_name = "unnamed" }) => full_name);
  const used = plan.resource_changes.map((each) => each.provider_name);
  return [...new Set([...names, ...used])].filter((name) => name !== PROVIDER);
}

function refuseLoss(address: string): GenesisError {
  return new GenesisError({
    code: "destroy-refused",
    subject: address,
    fact: "the plan destroys, replaces or forgets it, and it is protected",
    next: `read the plan again; if this is intended, run the same command with --allow-destroy='${address}'`,
  });
}

function refuseName(address: string, nearest: string | undefined): GenesisError {
  return new GenesisError({
    code: "destroy-unknown",
    subject: `allow-destroy ${quoteText(address)}`,
    fact: `the plan destroys no protected resource of this address${nearest ? `; did you mean ${nearest}?` : ""}`,
  });
}

function refuseProvider(name: string): GenesisError {
  return new GenesisError({
    code: "provider-forbidden",
    subject: `provider ${quoteText(name)}`,
    fact: `only ${PROVIDER} may run here`,
  });
}
