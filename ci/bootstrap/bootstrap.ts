import { collectErrors, type GenesisError } from "../lib/errors.js";
import type { Settings } from "../lib/settings.js";
import type { BootstrapApi } from "./api.js";
import { createBucket, type FoundBucket, findBucket, mendBucket } from "./bucket.js";
import { type Check, concludeChecklist, failCheck } from "./checklist.js";
import type { BootstrapData } from "./data.js";
import { findIdentityCenter } from "./identity-center.js";
import { checkCaller } from "./organization.js";
import { surveyOrganization } from "./survey.js";

/** A bucket that was just made has nothing yet. */
const NEW_BUCKET: FoundBucket = { lacks: ["private", "versioned", "TLS only"], shared: undefined };

/**
 * Checks what must be there before Terraform is, and makes the state's bucket where it is missing; running it again does nothing twice. Returns
 * a checklist. Throws it as `bootstrap-incomplete` where something is left for a person, and `account-wrong` with nothing looked at.
 */
export async function bootstrap(
  api: BootstrapApi,
  data: BootstrapData,
  { sso }: Pick<Settings, "sso">,
): Promise<string> {
  await checkCaller(api, data);
  const survey = await surveyOrganization(api, data);
  const caller: Check = { mark: "✓", text: `account ${data.managementId}: the management account, as the data says` };
  const checks = [caller, ...survey.checks, await checkIdentityCenter(api, data, sso), await checkBucket(api, data)];
  const next =
    "run dagger call adopt --auto-apply, which writes what is there into the Terraform data; then dagger call tf-plan --bootstrap -o plan";
  return concludeChecklist(checks, next);
}

async function checkIdentityCenter(api: BootstrapApi, { region }: BootstrapData, sso: Settings["sso"]): Promise<Check> {
  const errors: GenesisError[] = [];
  const center = await collectErrors(errors, () => findIdentityCenter(api, region));
  if (center === undefined) return failCheck(errors[0] as GenesisError);
  const portal = `https://${center.identityStoreId}.awsapps.com/start`;
  const hint = sso === null ? `; sso.startUrl for genesis.json: ${portal}` : "";
  return { mark: "✓", text: `identity center in ${region}: ${center.arn}${hint}` };
}

async function checkBucket(api: BootstrapApi, { state }: BootstrapData): Promise<Check> {
  const errors: GenesisError[] = [];
  const text = await collectErrors(errors, async () => {
    const found = await findBucket(api, state);
    if (found === undefined) await createBucket(api, state);
    const mended = await mendBucket(api, state, found ?? NEW_BUCKET);
    if (found === undefined) return "created; versioned, encrypted, private, TLS only";
    const done = mended.length === 0 ? "" : `; it was not ${mended.join(", not ")}, and is now`;
    return `versioned, encrypted, private, TLS only${done}`;
  });
  if (text === undefined) return failCheck(errors[0] as GenesisError);
  return { mark: "✓", text: `bucket ${state.bucket}: ${text}` };
}
