import { showLine } from "./inert.js";

const AGAIN = "try again";
const LATER = "try again later";
const AFTER_SIGN_IN = "run aws sso login, then try again with --aws='cmd://aws configure export-credentials'";
const WRITE_PIN = "write repo:tag@sha256:… (crane digest repo:tag prints it) or a dated archive URL";

const UNBUILT = "Nothing was built";
const UNCALLED = "AWS was not called";
const UNSTARTED = "Terraform was not started";
const UNAPPLIED = "Nothing was applied";
const UNCHANGED = "Nothing was changed";
const UNWRITTEN = "Nothing was written";
const UNPUSHED = "Nothing was pushed";
const UNTAGGED = "No tag was written";
const UNSCANNED = "The image was not scanned";
const UNSEALED = "The image was not signed";
const UNSIGNED = "You are not signed in";
const UNDONE = "Nothing that depends on it was done";
const UNTRUSTED = "Do not use the image; it was not locked";

/**
 * Every error code: what it means, what did not happen, and the next step. Where an error is thrown, it can say the last two more
 * precisely. Codes are stable: tests and runbooks name them. `npm run errors` writes docs/errors.md from this table.
 */
// biome-ignore format: a table has one row a line
export const ERROR_CODES = {
  "account-differs": ["an account of the data is closed in AWS", "It cannot be imported, and a plan would create it again", "take it out of accounts, or reopen it: docs/runbooks/life-of-an-account.md"],
  "account-gone": ["an account in the state was closed or left the organization", "Nothing was applied: a plan would create it again, and AWS refuses its e-mail address", "take it out of the data, then run dagger call tf-forget: docs/runbooks/life-of-an-account.md"],
  "account-id-differs": ["data and state have different ids for an account", UNAPPLIED, "write the state's id into the data"],
  "account-unknown": ["you cannot sign in to this account, or its name is not unique", UNSIGNED, "run dagger call sso --account with an account that the message lists"],
  "account-wrong": ["the credentials are not of the management account", UNCHANGED, "use others, or correct management.account_id in terraform/organization.auto.tfvars"],
  "action-forbidden": ["the plan invokes an action, whose effects no diff shows", UNAPPLIED, "remove the action block and its action_trigger"],
  "address-unknown": ["the state has no such address", UNCHANGED, "use an address that a plan's summary or terraform state list shows"],
  "adopt-differs": ["data and AWS have different ids for the same name", UNWRITTEN, "find out which id is right; write it there, or remove the entry and run adopt again"],
  "alias-missing": ["genesis.json has no registry alias", UNBUILT, "write it there; aws ecr-public describe-registries --region us-east-1 prints it"],
  "allowance-expired": ["an entry of scan.allow in genesis.json has expired", "Nothing was built or scanned", "remove the entry, or give it a new date"],
  "apply-failed": ["an apply failed", "What it applied is in the state", "run dagger call tf-plan to see what remains"],
  "approval-stale": ["the state changed since this edit was shown", UNCHANGED, "run the same command without --expect, and read it again"],
  "approver-is-author": ["the approver wrote part of the change, and the data requires two persons", UNAPPLIED, "have another approver start it"],
  "approver-unknown": ["whoever started the apply is no approver", UNAPPLIED, "have an approver start it, or add this person to github.approvers by a pull request"],
  "arg-unknown-pin": ["an argument in image.json names an unknown pin", UNBUILT, "add the pin to images/pins.json"],
  "attestation-mismatch": ["an attestation is for another digest or source", UNTRUSTED, "find out who with write access to the repository put it there"],
  "attestation-missing": ["provenance or an SBOM by a trusted signer is missing", UNTRUSTED, "publish it with a signer, which signs and attests it under a new tag; signatures are those of cosign 3 or newer"],
  "aws-failed": ["a call to AWS failed", UNDONE, "try again; what is done is not done twice"],
  "aws-forbidden": ["AWS denied a call", UNDONE, "use credentials of an administrator of the management account"],
  "aws-throttled": ["AWS throttled the requests", UNDONE, "wait a few minutes and try again; after an apply, plan first"],
  "bootstrap-incomplete": ["some steps of the bootstrap are left to you", "What is marked ✓ is done", "do the steps marked ✗, then try again"],
  "bucket-elsewhere": ["the state bucket is in another region", UNCHANGED, "choose another bucket name in genesis.json and terraform/organization.auto.tfvars"],
  "bucket-taken": ["the state bucket's name belongs to another account", "That bucket was not used: its owner could read the state", "choose another bucket name in genesis.json and terraform/organization.auto.tfvars"],
  "bucket-unsafe": ["the state bucket is not protected, and holds other things", UNCHANGED, "protect it in the S3 console, or choose another name"],
  "build-failed": ["an image did not build", UNPUSHED, "dagger call build-image --name IMAGE"],
  "check-failed": ["a check block of the Terraform code fails", UNAPPLIED, "correct what it reports"],
  "clock-skewed": ["the machine's clock is wrong, so valid credentials look expired", UNSIGNED, "set the clock of the machine that runs the engine, then try again"],
  "code-forbidden": ["the Terraform code holds something that a plan must not run", UNSTARTED, "remove it"],
  "code-unreadable": ["a Terraform file is not valid HCL", UNSTARTED, "run terraform fmt terraform, and correct what it reports"],
  "credentials-expired": ["the AWS credentials have expired", UNCALLED, AFTER_SIGN_IN],
  "credentials-expiring": ["the AWS credentials could expire during the apply", UNCALLED, AFTER_SIGN_IN],
  "credentials-malformed": ["--aws is not the JSON of aws configure export-credentials", UNCALLED, AFTER_SIGN_IN],
  "credentials-missing": ["no AWS credentials were given", UNCALLED, "put sso, or --aws='cmd://aws configure export-credentials', after dagger call"],
  "credentials-refused": ["AWS does not accept the credentials", UNDONE, "check them with aws sts get-caller-identity, then try again with fresh --aws credentials"],
  "data-incomplete": ["the Terraform data lacks what no API tells", UNSTARTED, "write the listed fields into terraform/organization.auto.tfvars"],
  "data-invalid": ["a field of the Terraform data is unknown, missing or of the wrong type", UNCALLED, "correct it; dagger call tf-lint reports what else is wrong"],
  "data-unwritable": ["the Terraform data cannot be edited safely", UNWRITTEN, "write the lines below by hand"],
  "destroy-prevented": ["the plan would destroy something protected", UNAPPLIED, "put it back into the data; to let go of an account, see docs/runbooks/life-of-an-account.md"],
  "digest-invalid": ["not a digest: sha256: and 64 hexadecimal digits", "It was not used", "correct it"],
  "digest-mismatch": ["the registry returned other bytes than the digest names", UNTAGGED, "try again; if it fails again, something in between changes what is sent"],
  "disk-full": ["the engine's disk is full", UNAPPLIED, "run dagger core engine local-cache prune, then try again"],
  "dockerfile-empty": ["a Dockerfile has no FROM", UNBUILT, "write a Dockerfile; docs/runbooks/add-an-image.md shows one"],
  "dockerfile-missing": ["an image folder has no Dockerfile", UNBUILT, "add a Dockerfile, or remove the folder"],
  "dockerfile-unpinned": ["a Dockerfile uses an image or a download without a pin", UNBUILT, "add it to images/pins.json, bind ARG X to that pin in image.json, and write FROM ${X}"],
  "drift-found": ["AWS and the code differ, or AWS has something that the data does not have", UNCHANGED, "apply the plan of dagger call tf-plan, run dagger call adopt, or add a line to exceptions in the data"],
  "drift-unseen": ["a part of AWS could not be read, so drift is unknown", UNCHANGED, "let these credentials read what is denied, then try again"],
  "field-invalid": ["a field of a settings file is unknown, missing or of the wrong type", UNBUILT, "correct the field; docs/settings.md lists them"],
  "file-missing": ["a file of the repository is missing", UNBUILT, "restore it, or correct the path that names it"],
  "fingerprint-invalid": ["--expect is not a fingerprint of tf-plan", UNSTARTED, "run dagger call tf-plan -o plan, and pass the content of plan/fingerprint"],
  "format-unknown": ["--format is unknown", "Nothing was done", "use one of the listed formats"],
  "identity-center-ambiguous": ["the region has several Identity Center instances", UNCHANGED, "delete the unused one, most often that of a single account"],
  "identity-center-elsewhere": ["the Identity Center is in another region", UNCHANGED, "write its region into the data and genesis.json, or delete it and enable one in your region"],
  "identity-center-missing": ["the Identity Center is not enabled or not ready", UNCHANGED, "enable it in the console, or wait a few minutes; then try again"],
  "image-invalid-name": ["not a valid image name", UNBUILT, "dagger call images"],
  "image-not-folder": ["an image, or a part of it, is a link or a special file", UNBUILT, "put the folder or the file itself there"],
  "image-unknown": ["no image has this name", UNBUILT, "dagger call images"],
  "image-unpublished": ["the registry lacks the locked digest", "Nothing was verified or scanned", "run dagger call check-lock to compare lock and registry"],
  "import-orphaned": ["an import block has no counterpart in the data", UNAPPLIED, "remove the block; dagger call adopt --auto-apply writes terraform/imports.tf anew"],
  "init-failed": ["terraform init failed", UNAPPLIED, "correct what Terraform reports, then try again"],
  "json-invalid": ["a file is not JSON", UNBUILT, "correct the file"],
  "key-renamed": ["an account has different keys in data and state", "Nothing was applied: Terraform would replace the account", "put the blocks below into terraform/moved.tf and plan again; remove the file after the apply"],
  "layout-invalid": ["an image is not a valid OCI layout", UNPUSHED, "try again; if it fails again, report the image"],
  "lint-failed": ["a check of the Terraform code failed", UNAPPLIED, "run terraform fmt -recursive terraform or correct what is reported, then run dagger call tf-lint"],
  "lock-block-missing": ["MODULE.bazel lacks the block of oci.pull calls, or has two", UNWRITTEN, "put the two marker lines where the calls belong"],
  "lock-disagrees": ["images/lock.json and MODULE.bazel differ", "Bazel would not pull what is locked", "dagger call lock --auto-apply"],
  "lock-registry-differs": ["registry and images/lock.json have different digests", "Bazel would pull another image, or none", "dagger call lock --auto-apply"],
  "loss-refused": ["the plan has losses that nobody named", UNAPPLIED, "read the plan again; if it is intended, try again with the --allow-loss flags that it lists"],
  "loss-unknown": ["--allow-loss names no loss of the plan", UNAPPLIED, "remove it, or use a name of the summary"],
  "name-duplicate": ["a name is given twice", UNBUILT, "use each name once"],
  "not-adopted": ["AWS has things that the data does not have", "The first apply would create, change or disable them", "dagger call adopt --auto-apply, then try again"],
  "organization-limited": ["the organization does not have all features", UNCHANGED, "enable all features in the AWS Organizations console: that cannot be undone, and invited accounts must agree"],
  "organization-missing": ["the management account is in no organization", "None was created: that is your decision", "enable the Identity Center, which creates one, or create it with all features"],
  "organization-unreadable": ["the Terraform data or code cannot be drawn", "Nothing was drawn", "run dagger call tf-lint, which says what is wrong; only literal values are drawn"],
  "picture-stale": ["docs/organization.svg is not current", "Its readers see an old organization", "dagger call draw-organization --auto-apply"],
  "pin-invalid": ["a pin is neither an image nor a dated archive", UNBUILT, WRITE_PIN],
  "pin-missing": ["images/pins.json lacks a pin", "The service was not started", "add the pin to images/pins.json"],
  "pin-unpinned": ["a pin has no digest, tag or date", UNBUILT, WRITE_PIN],
  "placeholder-left": ["a placeholder is left", UNSTARTED, "write the real value there"],
  "plan-failed": ["terraform plan failed", UNAPPLIED, "correct what Terraform reports, then try again"],
  "plan-incomplete": ["the plan leaves out changes until after the apply", UNAPPLIED, "remove the for_each, count or provider of terraform/ whose value only the apply knows"],
  "plan-stale": ["the plan is not the approved one", UNAPPLIED, "run dagger call tf-plan -o plan, and have the new plan approved"],
  "plan-unreadable": ["the plan has an unknown format", UNAPPLIED, "use a Terraform that writes version 1 of the plan format"],
  "platform-invalid": ["not a platform: os/arch or os/arch/variant", UNBUILT, "name a platform such as linux/amd64"],
  "platform-mismatch": ["the image was built for other platforms", UNPUSHED, "use a base image that has this platform"],
  "platform-unsupported": ["the image does not declare this platform", UNBUILT, "name one of its platforms, or add this one to its image.json"],
  "provider-forbidden": ["the plan uses a provider that may not run here", UNAPPLIED, "remove what needs this provider from terraform/"],
  "provider-mismatch": ["the environment lacks the providers of the lock file", UNAPPLIED, "use images/terraform of the same commit"],
  "publish-failed": ["an image was not published", "The report has the others", "correct the errors, then try again"],
  "rebuild-differs": ["an image that was built again is not the one that images/lock.json names", "Nothing was pushed, locked or changed", "let the Dockerfile remove or fix what differs from one build to the next; if the published image cannot be explained, do not use it"],
  "recover-failed": ["the kept state could not be saved", "It is still in this engine", "correct what Terraform reports, then try again"],
  "registry-forbidden": ["the registry denied the operation", UNTAGGED, "add the permission to the role that publishes (terraform/public_ecr.tf)"],
  "registry-refused": ["the registry refused the request", UNTAGGED, "check that the registry speaks the OCI distribution protocol"],
  "registry-throttled": ["the registry kept answering 429", UNTAGGED, LATER],
  "registry-unauthorized": ["the registry refused the credentials", UNTAGGED, "sign in again, then try again with fresh --aws credentials"],
  "registry-unavailable": ["the registry could not be reached or kept failing", UNTAGGED, LATER],
  "rehearsal-failed": ["the rehearsal failed", "It ended there; only its own services were touched", "correct what is reported below, then rehearse again"],
  "replace-prevented": ["Terraform could only replace something protected", UNAPPLIED, "write what AWS has into the data, or change it in AWS; then plan again"],
  "repository-duplicate": ["two images have the same repository", UNBUILT, "give each image its own repository"],
  "repository-invalid": ["not a valid repository name", UNBUILT, "choose a name such as base or platform/base"],
  "repository-missing": ["the repository does not exist", "The image was not published: a publish creates no repository", "add it to terraform/ and apply, or publish with --await-repositories until then"],
  "resource-tainted": ["something protected was created only in part", "Nothing was applied: Terraform would replace it", "run dagger call tf-untaint with its address, then plan again"],
  "revision-invalid": ["not a full Git commit id", UNBUILT, "pass the output of git rev-parse HEAD"],
  "role-not-assigned": ["you do not have this role in the account", UNSIGNED, "run dagger call sso --role with a role that you have"],
  "role-taken": ["an older role with the name of ours has rights of its own", "The first apply would give them to GitHub's workflows", "detach them, or delete the role"],
  "root-access-off": ["root access management is not enabled", "Nothing was looked at or removed", "apply terraform/, which enables it, then try again"],
  "root-account-refused": ["--remove names no active member account", "Nothing was removed", "use the names that dagger call root-credentials lists"],
  "sbom-failed": ["an SBOM could not be made", UNSEALED, AGAIN],
  "sbom-too-large": ["an SBOM is too large for Sigstore's public log", "Nothing was signed, and no tag was written", "make the image smaller, or sign with a key, which needs no log: docs/runbooks/verify-an-image.md"],
  "scan-database-unavailable": ["the vulnerability database could not be fetched, or is too old", UNSCANNED, LATER],
  "scan-failed": ["an image could not be scanned", UNSCANNED, AGAIN],
  "settings-disagree": ["genesis.json and the Terraform data differ", UNAPPLIED, "make the two equal"],
  "sign-in-denied": ["the sign-in was denied, by you or by AWS", UNSIGNED, "run dagger call sso again, and allow the request in the browser"],
  "sign-in-expired": ["the sign-in was not confirmed in time", UNSIGNED, "run dagger call sso again, and confirm the code"],
  "sign-in-failed": ["a call of the sign-in failed", UNSIGNED, "try again; if it fails again, check the network and sso in genesis.json"],
  "sign-in-missing": ["nobody signed in", UNCALLED, "dagger call sso whoami"],
  "sign-in-unconfigured": ["genesis.json does not say where to sign in", UNCALLED, "write startUrl, region, account and role there; docs/settings.md explains them"],
  "signature-missing": ["a signature by a trusted signer is missing", UNTRUSTED, "publish it with a signer, which signs and attests it under a new tag; signatures are those of cosign 3 or newer"],
  "signature-untrusted": ["signed, but not by the key or identity of genesis.json", UNTRUSTED, "find out who signed it: cosign verify with their key or identity"],
  "signing-failed": ["cosign could not sign or attest", UNTAGGED, AGAIN],
  "signing-key-differs": ["the signer is not the one in genesis.json", UNBUILT, "give the key of signing.publicKey with its password, or have signing changed"],
  "signing-key-missing": ["genesis.json requires signatures, and no signer was given", UNBUILT, "try again with --signing-key and --signing-password; a workflow has them from the secrets COSIGN_PRIVATE_KEY and COSIGN_PASSWORD"],
  "signing-unconfigured": ["genesis.json does not say whose signatures count", "Nothing was built or verified", "write it there, as docs/runbooks/verify-an-image.md shows"],
  "smoke-failed": ["a built image failed its smoke command", UNPUSHED, "dagger call build-image --name IMAGE"],
  "start-url-unknown": ["the region has no Identity Center with this start URL", UNSIGNED, "correct sso.startUrl or sso.region in genesis.json"],
  "state-bucket-missing": ["the state bucket does not exist", UNAPPLIED, "correct state.bucket in genesis.json, or run dagger call bootstrap, which creates the bucket"],
  "state-edit-refused": ["this edit of the state is impossible or harmful", UNCHANGED, "run dagger call tf-plan, which says what is wrong with the state"],
  "state-empty": ["the state is empty", UNAPPLIED, "correct state in genesis.json; if nothing exists yet, add --bootstrap"],
  "state-locked": ["the state is locked", UNAPPLIED, "try again later; if nobody is at work, follow docs/runbooks/stuck-lock.md"],
  "state-not-kept": ["this engine keeps no state to recover", UNCHANGED, "run dagger call tf-plan; if the apply ran elsewhere, follow docs/runbooks/rollback.md"],
  "state-unreadable": ["the state has an unknown format", UNAPPLIED, "run terraform state pull in dagger call terraform terminal, and read the state"],
  "state-unsaved": ["the state could not be saved", "It is kept in this engine, and lost with it", "run dagger call tf-recover on the same machine, with fresh --aws credentials"],
  "state-unset": ["genesis.json does not say where the state is", UNSTARTED, "write bucket, key and region there; docs/settings.md explains them"],
  "symlink-escapes": ["a symbolic link leaves its folder", UNBUILT, "put the file itself there, or name it in files of image.json"],
  "tag-exists": ["the tag exists with another digest", "The tag was not moved", "publish again, which keeps the tag, or with --force, which builds a new one"],
  "target-ambiguous": ["publish was given both --emulator and --aws", UNBUILT, "use --aws for public ECR, or --emulator for the embedded registry"],
  "tool-unavailable": ["a tool could not be fetched or started", "It was not run", "check that its pin in images/pins.json can be pulled, or name a mirror by --pins"],
  "verify-failed": ["cosign could not check a signature", UNTRUSTED, "try again when the registry and, for keyless signatures, Sigstore answer"],
  "vulnerability-found": ["an image has vulnerabilities that genesis.json does not allow", "A new image is not signed or tagged; a published one stays", "update the package, or allow it in scan.allow with a date and a reason"],
} as const satisfies Record<string, readonly [meaning: string, effect: string, next: string]>;

/** A stable error code, the text in brackets at the start of every message. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The parts of an error message. */
export interface ErrorParts {
  /** What kind of error this is. */
  code: ErrorCode;
  /** What it is about: a file with a field, an image, a registry host. */
  subject: string;
  /** What was found. */
  fact: string;
  /** What this means for the user, most often what did not happen. The table's words by default. */
  effect?: string;
  /** The next step: a command, or a sentence in the imperative. The table's words by default. */
  next?: string;
  /** What belongs to it and is longer than a sentence: a report, a tool's output, a list. Never holds a secret. */
  details?: string | readonly string[];
}

/** An error for people: `[code] subject: fact. effect. Next: step`, and its details below. */
export class GenesisError extends Error {
  readonly code: ErrorCode;
  readonly subject: string;
  /** All its parts, the table's words where none were given. */
  readonly parts: Required<ErrorParts>;

  constructor(given: ErrorParts, options?: ErrorOptions) {
    const [, effect, next] = ERROR_CODES[given.code];
    const parts = { effect, next, details: "", ...given };
    const { code, subject, fact, details } = parts;
    const below = (typeof details === "string" ? details : details.join("\n")).trimEnd();
    const sentence = `[${code}] ${showLine(subject)}: ${fact}. ${parts.effect}. Next: ${parts.next}`;
    super(below === "" ? sentence : `${sentence}\n\n${below}`, options);
    this.name = "GenesisError";
    this.code = code;
    this.subject = subject;
    this.parts = parts;
  }
}

/** Several errors of one kind as one, which lists where each of them is. */
export function mergeErrors(errors: readonly [GenesisError, ...GenesisError[]]): GenesisError {
  const [{ code, parts }, ...others] = errors;
  if (others.length === 0) return errors[0];
  return new GenesisError({
    ...parts,
    subject: `${errors.length} places`,
    fact: ERROR_CODES[code][0],
    details: errors.map((error) => `${showLine(error.subject)}: ${error.parts.fact}`),
  });
}

/** Several errors found in one go: whoever corrects them sees all of them at once, each kind with its list. */
export class GenesisErrors extends Error {
  readonly errors: readonly GenesisError[];

  constructor(errors: readonly GenesisError[]) {
    const kinds = new Map<string, [GenesisError, ...GenesisError[]]>();
    for (const error of errors) {
      const { code, effect, next, details } = error.parts;
      // What has details of its own stands alone.
      const kind = details.length > 0 ? error.message : [code, effect, next].join("\n");
      const same = kinds.get(kind);
      if (same === undefined) kinds.set(kind, [error]);
      else same.push(error);
    }
    super([...kinds.values()].map((same) => mergeErrors(same).message).join("\n\n"));
    this.name = "GenesisErrors";
    this.errors = errors;
  }
}

/** The one error, or all of them together. */
export function joinErrors(errors: readonly GenesisError[]): Error {
  const [first] = errors;
  return first !== undefined && errors.length === 1 ? first : new GenesisErrors(errors);
}

/** Throws what was collected, if anything. */
export function throwErrors(errors: readonly GenesisError[]): void {
  if (errors.length > 0) throw joinErrors(errors);
}

/**
 * Runs `read` and returns its value, or adds what it threw to `errors` and returns undefined.
 * Anything but a GenesisError is a bug and passes through.
 */
export async function collectErrors<T>(errors: GenesisError[], read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GenesisError) errors.push(error);
    else if (error instanceof GenesisErrors) errors.push(...error.errors);
    else throw error;
    return undefined;
  }
}
