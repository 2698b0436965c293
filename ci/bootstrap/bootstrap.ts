import { collectErrors, GenesisError } from "../lib/errors.js";
import { DATA_PATH } from "../terraform/code.js";
import type { OrganizationData } from "../terraform/data.js";
import { type Look, type LookOptions, lookAround, writeAdoption } from "./adoption.js";
import type { BootstrapApi } from "./api.js";
import { createBucket, type FoundBucket, findBucket, mendBucket } from "./bucket.js";
import { checkAccounts, tell } from "./check-accounts.js";
import { checkIdentityCenter, checkRoles } from "./check-identity-center.js";
import { checkOrganization } from "./check-organization.js";
import { type Check, concludeChecklist, failCheck } from "./checklist.js";
import type { Repository } from "./repository.js";

/** A bucket that was just made has nothing yet. */
const NEW_BUCKET: FoundBucket = { lacks: ["private", "versioned", "TLS only"], shared: undefined };

/**
 * Checks everything that would stop or surprise a first apply, and makes the state's bucket where it is missing; running it again does nothing
 * twice. Returns a checklist. Throws it as `bootstrap-incomplete` where something is in the way, and `account-wrong` with nothing looked at.
 */
export async function bootstrap(
  api: BootstrapApi,
  repository: Repository,
  options: Omit<LookOptions, "members">,
): Promise<string> {
  const conflicts: GenesisError[] = [];
  const look = await collectErrors(conflicts, () => lookAround(api, repository, { ...options, members: true }));
  const wrong = conflicts.find(({ code }) => code !== "adopt-differs");
  if (wrong !== undefined) throw wrong;
  const checks = look === undefined ? conflicts.map(failCheck) : await checkEverything(api, repository, look);
  return concludeChecklist(checks, "dagger call tf-plan --bootstrap -o plan");
}

async function checkEverything(api: BootstrapApi, repository: Repository, look: Look): Promise<Check[]> {
  const { snapshot, adoption } = look;
  const { caller, organization, identityCenter, management, dedicated, unread } = snapshot;
  // The shape was checked as it was read, and adopt writes the same shape.
  const data = { ...repository.data, ...adoption.data } as OrganizationData;
  const files = new Map(adoption.files.map(({ path, text }) => [path.replace(/^terraform\/policies\//, ""), text]));
  const readDocument = (file: string) => files.get(file) ?? repository.readDocument(file);
  return [
    { mark: "✓", text: `account ${caller}: the management account` },
    ...unread.map(failCheck),
    ...(organization === undefined ? [] : checkOrganization(data, organization, readDocument)),
    ...(organization === undefined ? [] : checkAccounts(data, organization)),
    ...(management === undefined ? [] : checkRoles("the management account", management)),
    ...(dedicated?.iam === undefined ? [] : checkRoles("the dedicated account", dedicated.iam)),
    ...(dedicated?.repositories === undefined ? [] : checkRepositories(data, dedicated.repositories)),
    ...(identityCenter === undefined
      ? []
      : [
          {
            mark: "✓" as const,
            text: `identity center in ${identityCenter.region}: ${identityCenter.instanceArn}${hintPortal(repository, identityCenter.storeId)}`,
          },
          ...checkIdentityCenter(data, identityCenter),
        ]),
    await checkBucket(api, repository, look),
    ...(await checkAdopted(repository, look)),
  ];
}

function hintPortal({ settings }: Repository, storeId: string): string {
  return settings.parsed.sso === null ? `; sso.startUrl for genesis.json: https://${storeId}.awsapps.com/start` : "";
}

function checkRepositories(data: OrganizationData, seen: readonly string[]): Check[] {
  const wanted = data.public_ecr.repositories;
  return [
    ...tell(
      "✓",
      "repositories",
      wanted.filter((name) => seen.includes(name)),
    ),
    ...tell(
      "+",
      "repositories that the first apply creates",
      wanted.filter((name) => !seen.includes(name)),
    ),
    ...tell(
      "!",
      "repositories that the data does not have, which are left alone",
      seen.filter((name) => !wanted.includes(name)),
    ),
  ];
}

/** Nothing may be left for adopt to write, nor for a person to fill in. */
async function checkAdopted(repository: Repository, look: Look): Promise<Check[]> {
  const { asked, changes, left } = look.adoption;
  const files = await writeAdoption(repository, look);
  const checks = tell("!", "left alone, for the data cannot express it", left);
  if (files.length > 0) {
    const error = {
      code: "not-adopted",
      subject: DATA_PATH,
      fact: `${files.map(({ path }) => path).join(", ")} would change`,
      details: changes,
    } as const;
    checks.push(failCheck(new GenesisError(error)));
  }
  for (const field of asked) {
    checks.push(failCheck(new GenesisError({ code: "placeholder-left", subject: DATA_PATH, fact: field })));
  }
  return checks;
}

async function checkBucket(api: BootstrapApi, repository: Repository, { bucket, adoption }: Look): Promise<Check> {
  const state = { ...repository.state, bucket, region: String(adoption.data.region) };
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
  return { mark: "✓", text: `bucket ${bucket}: ${text}` };
}
