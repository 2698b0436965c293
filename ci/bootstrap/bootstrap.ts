import { collectErrors, GenesisError } from "../lib/errors.js";
import { DATA_PATH, TERRAFORM_FOLDER } from "../terraform/code.js";
import { type OrganizationData, readData } from "../terraform/data.js";
import { formatLeft } from "./adopt-draft.js";
import { type Look, type LookOptions, lookAround, type WrittenFile, writeAdoption } from "./adoption.js";
import type { BootstrapApi } from "./api.js";
import { createBucket, type FoundBucket, findBucket, mendBucket } from "./bucket.js";
import { checkAccounts, tell } from "./check-accounts.js";
import { checkIdentityCenter, checkRoles } from "./check-identity-center.js";
import { checkOrganization } from "./check-organization.js";
import { type Check, concludeChecklist, failCheck } from "./checklist.js";
import { hintPortal } from "./identity-center.js";
import { type PlannedAdoption, planAdoption } from "./plan-adoption.js";
import type { Repository } from "./repository.js";
import type { Snapshot } from "./snapshot.js";

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
  const look = await lookAround(api, repository, { ...options, members: true });
  // Ids that differ, or a state that cannot be read, are in the way; the rest is looked at all the same.
  const conflicts: GenesisError[] = [];
  const adoption = await collectErrors(conflicts, () => planAdoption(look.snapshot, repository.body, look.facts));
  const files = adoption === undefined ? [] : await writeAdoption(repository, adoption, look.facts.bucket);
  const { unread } = look.snapshot;
  const checks = [
    ...checkSnapshot(repository, look.snapshot, await readAdopted(repository, files)),
    ...[...unread, ...conflicts.filter((each) => !unread.includes(each))].map(failCheck),
    await checkBucket(api, repository, look),
    ...(adoption === undefined ? [] : checkAdopted(adoption, files)),
  ];
  // What a look was denied, a mend may be denied again.
  const once = new Map(checks.map((check) => [check.text, check]));
  return concludeChecklist([...once.values()], "dagger call tf-plan --bootstrap -o plan");
}

/** The data as adopt leaves it. */
function readAdopted({ code }: Repository, files: readonly WrittenFile[]): Promise<OrganizationData> {
  const written = new Map(files.map(({ path, text }) => [path, text]));
  return readData({
    files: code.files.map((file) => ({ ...file, text: written.get(`${TERRAFORM_FOLDER}/${file.path}`) ?? file.text })),
  });
}

/** What was read, against the data as adopt leaves it. */
function checkSnapshot({ settings }: Repository, snapshot: Snapshot, data: OrganizationData): Check[] {
  const { caller, organization, identityCenter: center, management, dedicated } = snapshot;
  const checks: Check[] = [{ mark: "✓", text: `account ${caller}: the management account` }];
  if (organization !== undefined) checks.push(...checkOrganization(data, organization));
  if (organization !== undefined) checks.push(...checkAccounts(data, organization));
  if (management !== undefined) checks.push(...checkRoles("the management account", management));
  if (dedicated?.iam !== undefined) checks.push(...checkRoles("the dedicated account", dedicated.iam));
  if (dedicated?.repositories !== undefined) checks.push(...checkRepositories(data, dedicated.repositories));
  if (center === undefined) return checks;
  const hint = settings.parsed.sso === null ? `; ${hintPortal(center.storeId)}` : "";
  const text = `identity center in ${center.region}: ${center.instanceArn}${hint}`;
  return [...checks, { mark: "✓", text }, ...checkIdentityCenter(data, center)];
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
function checkAdopted({ asked, changes, left }: PlannedAdoption, files: readonly WrittenFile[]): Check[] {
  const checks = left.flatMap((each) => tell("!", "left alone", [formatLeft(each)]));
  const fail = (error: Omit<ConstructorParameters<typeof GenesisError>[0], "subject">) =>
    checks.push(failCheck(new GenesisError({ subject: DATA_PATH, ...error })));
  const names = files.map(({ path }) => path).join(", ");
  if (files.length > 0) fail({ code: "not-adopted", fact: `adopt would change ${names}`, details: changes });
  if (asked.length > 0) fail({ code: "data-incomplete", fact: "only you know what stands below", details: asked });
  return checks;
}

async function checkBucket(api: BootstrapApi, repository: Repository, { facts }: Look): Promise<Check> {
  const { bucket, region } = facts;
  // It cannot be moved: it is made where the Identity Center is, once the settings say so.
  if (region !== repository.state.region) {
    return { mark: "+", text: `bucket ${bucket}: created once adopt has written ${region}` };
  }
  const state = { ...repository.state, bucket };
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
