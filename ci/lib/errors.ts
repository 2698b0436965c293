import { showLine } from "./inert.js";

const AGAIN = "run the same command again";
const AFTER_SIGN_IN = "run aws sso login, then the same command with --aws='cmd://aws configure export-credentials'";

const UNBUILT = "Nothing was built or published";
const UNCALLED = "AWS was not called";
const UNSTARTED = "Terraform was not started";
const UNSTARTED_UNCALLED = "AWS was not called, and Terraform was not started";
const UNPLANNED = "Nothing was planned or applied";
const UNAPPLIED = "Nothing was applied";
const UNCHANGED = "Nothing was changed";
const UNWRITTEN = "Nothing was written";
const UNPUSHED = "Nothing was pushed";
const UNTAGGED = "No tag was written";
const UNSIGNED = "You have no credentials, and nothing else was called";
const UNDONE = "Nothing that depends on it was done";
const UNTRUSTED = "Do not use the image; it was not locked";

/**
 * Every error code: what it means, what did not happen, and the next step. Where an error is thrown, it can say the last two more
 * precisely. Codes are stable: tests and runbooks name them. `npm run errors` writes docs/errors.md from this table.
 */
// biome-ignore format: a table has one row a line
export const ERROR_CODES = {
  "account-differs": ["an account of the data is closed in AWS, or not active", "It cannot be imported, and a plan would want to create it again", "take it out of accounts; if it is to live, reopen it first: docs/runbooks/life-of-an-account.md"],
  "account-gone": ["an account of the state is closed in AWS, or has left the organization", "Nothing was planned or applied: a plan would create it again, which AWS refuses half-way through the apply, as its e-mail address is taken", "take it out of the data, then out of the state by dagger call tf-forget: docs/runbooks/life-of-an-account.md"],
  "account-id-differs": ["the data names another id for an account than the state", UNPLANNED, "write the id of the state into the data, then run the same command again"],
  "account-unknown": ["the account of a sign-in is not exactly one of those that you may enter", UNSIGNED, "run dagger call sso --account with one of the accounts that the message lists"],
  "account-wrong": ["the credentials belong to another account than the management account of the data", UNCHANGED, "use credentials of the management account, or correct management.account_id in terraform/organization.auto.tfvars"],
  "action-forbidden": ["a plan invokes an action, which runs what no diff shows", UNPLANNED, "remove the action block and its action_trigger from terraform/"],
  "address-unknown": ["the state has nothing of this address", UNCHANGED, "run the same command with an address that the summary of a plan or terraform state list names"],
  "adopt-differs": ["the data names another id to adopt than AWS has under that name", UNWRITTEN, "find out which id is right; write it there, or remove the entry and run adopt again"],
  "alias-missing": ["genesis.json names no registry alias, which public ECR needs", UNBUILT, "write the alias there; aws ecr-public describe-registries --region us-east-1 prints it"],
  "allowance-expired": ["an entry of scan.allow in genesis.json has expired", "Nothing was built, published or scanned", "remove the entry, or decide again and give it another date"],
  "apply-failed": ["an apply failed", "What was applied until then is in the state", "run dagger call tf-plan, which shows what remains"],
  "approval-stale": ["--expect is not what this edit of the state was shown with", UNCHANGED, "run the same command without --expect, and read what it would do now"],
  "approver-is-author": ["an apply was started by the author of a change in it, and the data wants two persons", UNAPPLIED, "have another approver start it"],
  "approver-unknown": ["an apply was started by somebody who is no approver", UNAPPLIED, "have an approver start it, or add the login and its id to github.approvers by a pull request"],
  "arg-unknown-pin": ["a Dockerfile argument in image.json names a pin that does not exist", UNBUILT, "add the pin to images/pins.json"],
  "attestation-mismatch": ["an attestation of an image is for another digest or source", UNTRUSTED, "find out who put it there: somebody with write access to the repository did"],
  "attestation-missing": ["an image has no provenance by a trusted signer, or one of its platforms no SBOM", UNTRUSTED, "publish it with a signer, which builds, signs and attests it under a new tag; signatures are those of cosign 3 or newer"],
  "aws-failed": ["a call to AWS failed", UNDONE, "run the same command again; what is done is not done twice"],
  "aws-forbidden": ["AWS denied a call to these credentials", UNDONE, "run the same command with credentials of an administrator of the management account"],
  "aws-throttled": ["AWS refused requests because there were too many", UNDONE, "wait a few minutes, then run the same command; after an apply, make a new plan first"],
  "bootstrap-incomplete": ["a bootstrap has steps that only a person can do", "What is marked ✓ is done, and is not done again", "do the steps marked ✗, then run the same command again"],
  "bucket-elsewhere": ["the state's bucket is in another region than the settings say", "Nothing was changed in it", "choose another name for the bucket in genesis.json and terraform/organization.auto.tfvars"],
  "bucket-taken": ["the name of the state's bucket belongs to another account", "No bucket was created, and that one was not used: its owner would see the whole state", "choose another name, for state.bucket in genesis.json and state_bucket.name in terraform/organization.auto.tfvars"],
  "bucket-unsafe": ["the state's bucket lacks a protection, and something else may use it", "Nothing was changed in it", "protect the bucket in the S3 console, or choose another name for it"],
  "build-failed": ["an image did not build", UNPUSHED, "dagger call build-image --name IMAGE"],
  "check-failed": ["a check block of the Terraform code does not hold", UNPLANNED, "correct what its message says; where it can hold only after the apply, take it out of terraform/ until then"],
  "clock-skewed": ["the clock is wrong, so AWS or the module takes valid credentials for expired", UNSIGNED, "set the clock of the machine that runs the engine, then run the same command again"],
  "code-forbidden": ["the Terraform code holds something that a plan must not run", UNSTARTED, "remove it"],
  "code-unreadable": ["a Terraform file is not valid HCL", UNSTARTED, "run terraform fmt terraform, and correct what it reports"],
  "credentials-expired": ["the AWS credentials have expired", UNCALLED, AFTER_SIGN_IN],
  "credentials-expiring": ["the AWS credentials could expire during an apply", UNCALLED, AFTER_SIGN_IN],
  "credentials-malformed": ["--aws is not the JSON that aws configure export-credentials prints", UNCALLED, AFTER_SIGN_IN],
  "credentials-missing": ["a function needs AWS credentials, and none were given", UNCALLED, "put sso, or --aws='cmd://aws configure export-credentials', after dagger call"],
  "credentials-refused": ["AWS does not accept the credentials", UNDONE, "check them with aws sts get-caller-identity, then run the same command with fresh --aws credentials"],
  "data-incomplete": ["the Terraform data lacks what neither AWS nor GitHub tells", UNSTARTED, "write it into terraform/organization.auto.tfvars; the field stands first on each line"],
  "data-invalid": ["a field of the Terraform data is unknown, missing or of the wrong type", UNSTARTED_UNCALLED, "correct it; dagger call tf-lint reports what else is wrong"],
  "data-unwritable": ["the Terraform data cannot be edited without risk to the rest of it", UNWRITTEN, "write the lines below by hand"],
  "destroy-prevented": ["a plan would destroy what the Terraform code protects", UNPLANNED, "put it back into the data; docs/runbooks/life-of-an-account.md says how an account is let go"],
  "digest-invalid": ["a digest is not sha256: and 64 hexadecimal digits", "It was not used", "correct the digest"],
  "digest-mismatch": ["the registry holds other bytes than those that were sent, or that a digest names", "No tag was written after this", "run the same command again; if it fails again, something between here and the registry changes what is sent"],
  "disk-full": ["the engine's disk is full", UNPLANNED, "run dagger core engine local-cache prune, then the same command again"],
  "dockerfile-empty": ["a Dockerfile has no FROM", UNBUILT, "write a Dockerfile; docs/runbooks/add-an-image.md shows one"],
  "dockerfile-missing": ["an image folder has no Dockerfile", UNBUILT, "add a Dockerfile, or remove the folder"],
  "dockerfile-unpinned": ["a Dockerfile uses an image or a download that no pin fixes", UNBUILT, "add it to images/pins.json, bind ARG X to that pin in image.json, and write FROM ${X}"],
  "drift-found": ["AWS and the Terraform code differ, or AWS has something that the data does not have", UNCHANGED, "remove it in AWS, apply the plan of dagger call tf-plan, take it in by dagger call adopt, or let it stay by a line of exceptions in the data"],
  "drift-unseen": ["a part of AWS could not be read, so that nobody knows whether there is drift", UNCHANGED, "let these credentials read what is denied, then run the same command again"],
  "field-invalid": ["a field of a settings file is unknown, missing or of the wrong type", UNBUILT, "correct the field; docs/settings.md lists them"],
  "file-missing": ["a file that the repository needs does not exist", UNBUILT, "restore the file, or correct the path that names it"],
  "fingerprint-invalid": ["--expect is not a fingerprint that tf-plan wrote", UNSTARTED, "run dagger call tf-plan -o plan, and pass what is in plan/fingerprint"],
  "format-unknown": ["--format is not one of the formats", "Nothing was done", "run the same command with one of these formats"],
  "identity-center-ambiguous": ["the region has several Identity Center instances", "Nothing was changed: only you know which one your people use", "delete the one that nobody uses, most often the instance of this account alone"],
  "identity-center-elsewhere": ["the Identity Center is in another region than the settings say", UNCHANGED, "write its region into terraform/organization.auto.tfvars and genesis.json, or delete it and enable one in your region"],
  "identity-center-missing": ["the Identity Center is not enabled, or not ready yet", UNCHANGED, "enable it in the console, or wait a few minutes; then run the same command again"],
  "image-invalid-name": ["a name is no valid image name", "Nothing was read, built or published", "dagger call images"],
  "image-not-folder": ["an image, or a part of it, is a link or a special file", UNBUILT, "put the folder or the file itself there"],
  "image-unknown": ["no image has this name", UNBUILT, "dagger call images"],
  "image-unpublished": ["the registry does not have the digest of the lock", "Nothing was verified or scanned", "run dagger call check-lock, which compares the lock with the registry"],
  "import-orphaned": ["an import is of something that the data does not have", UNPLANNED, "remove the block; dagger call adopt --auto-apply writes terraform/imports.tf anew"],
  "init-failed": ["terraform init failed", UNPLANNED, "correct what Terraform reports, then run the same command again"],
  "json-invalid": ["a file is not JSON", UNBUILT, "correct the file"],
  "key-renamed": ["an account has another key in the data than in the state", "Nothing was planned or applied: for Terraform one account goes and another comes", "put the blocks below into terraform/moved.tf and plan again; remove the file after the apply"],
  "layout-invalid": ["an image is not a valid OCI layout", UNPUSHED, "run the same command again; if it fails again, report the image"],
  "lint-failed": ["a check of the Terraform code failed", UNPLANNED, "run terraform fmt -recursive terraform or correct what is reported, then run dagger call tf-lint"],
  "lock-block-missing": ["MODULE.bazel has no block for the generated oci.pull calls, or more than one", UNWRITTEN, "put the two marker lines where the calls belong"],
  "lock-disagrees": ["images/lock.json and MODULE.bazel differ", "Bazel would not pull what the lock says", "dagger call lock --auto-apply"],
  "lock-registry-differs": ["the registry holds another digest than images/lock.json", "Bazel would pull something else than what is published, or nothing", "dagger call lock --auto-apply"],
  "loss-refused": ["a plan loses what nobody named: something protected, a trusted service, an attached policy, the last administrator of an account", UNAPPLIED, "read the plan again; if this is intended, run the same command with --allow-loss and the names that it lists"],
  "loss-unknown": ["--allow-loss names something that the plan does not lose", UNAPPLIED, "run the same command without it, or with a name that the summary lists"],
  "name-duplicate": ["a name is given twice", UNBUILT, "use each name once"],
  "not-adopted": ["AWS has things that the data does not say yet", "The first apply would create them again, change them or switch them off", "dagger call adopt --auto-apply, then this command again"],
  "organization-limited": ["the organization does not have all features", "Nothing was changed: it cannot be undone, and invited accounts must agree", "enable all features in the AWS Organizations console"],
  "organization-missing": ["the management account is in no organization", "None was created: that is your decision", "enable the Identity Center, which creates the organization too, or create one with all features"],
  "organization-unreadable": ["the Terraform data or code cannot be drawn", "Nothing was drawn", "run dagger call tf-lint, which says what the data must be; a picture shows literal values only"],
  "picture-stale": ["docs/organization.svg does not show the organization of terraform/", "Its readers would see another organization", "dagger call draw-organization --auto-apply"],
  "pin-invalid": ["a pin is neither an image reference nor a dated archive", UNBUILT, "write repo:tag@sha256:… (crane digest repo:tag prints it) or a dated archive URL"],
  "pin-missing": ["images/pins.json lacks a pin that the module needs", "The service was not started", "add the pin to images/pins.json"],
  "pin-unpinned": ["a pin has no digest, tag or date, so what it names can change", UNBUILT, "write repo:tag@sha256:… (crane digest repo:tag prints it) or a dated archive URL"],
  "placeholder-left": ["a placeholder stands where a real value belongs", UNSTARTED, "write the real value there"],
  "plan-failed": ["terraform plan failed", UNPLANNED, "correct what Terraform reports, then run the same command again"],
  "plan-incomplete": ["a plan leaves out what an apply is meant to do", UNPLANNED, "change terraform/ so that one plan knows all of it: a for_each, count or provider that the apply itself would decide cannot be planned"],
  "plan-stale": ["the plan is not the one that was approved", UNAPPLIED, "run dagger call tf-plan -o plan, and have the new plan approved"],
  "plan-unreadable": ["a plan is not in the format that the module reads", UNAPPLIED, "run dagger call tf-plan with a Terraform that writes version 1 of the plan format"],
  "platform-invalid": ["a platform is not os/arch or os/arch/variant", UNBUILT, "name a platform such as linux/amd64"],
  "platform-mismatch": ["an image is not of the platforms that were asked for", UNPUSHED, "give the Dockerfile a base that has this platform"],
  "platform-unsupported": ["an image does not declare this platform", UNBUILT, "name one of its platforms, or add this one to its image.json"],
  "provider-forbidden": ["a plan uses a provider that may not run here", UNAPPLIED, "remove what needs this provider from terraform/"],
  "provider-mismatch": ["the environment does not have the providers of the lock file", UNPLANNED, "use an environment built from images/terraform of the same commit"],
  "publish-failed": ["at least one image was not published", "The report says what became of the others", "correct the errors, then run the same command again"],
  "rebuild-differs": ["an image that was built again is not the one that images/lock.json names", "Nothing was pushed, locked or changed", "let the Dockerfile remove or fix what differs from one build to the next; if the published image cannot be explained, do not use it"],
  "recover-failed": ["a kept state could not be saved", "The kept state is still in this engine", "correct what Terraform reports, then run the same command again"],
  "registry-forbidden": ["the registry does not allow these credentials the operation", UNTAGGED, "add the permission to the role that publishes (terraform/public_ecr.tf)"],
  "registry-refused": ["the registry gave an answer that a retry does not change", UNTAGGED, "check that the registry speaks the OCI distribution protocol"],
  "registry-throttled": ["the registry kept answering 429", "No tag was written; blobs that arrived are not sent again", "run the same command later"],
  "registry-unauthorized": ["the registry refused the credentials, and fresh ones too", UNTAGGED, "sign in again, then run the same command with fresh --aws credentials"],
  "registry-unavailable": ["the registry kept failing or could not be reached", "No tag was written; blobs that arrived are not sent again", "run the same command when the registry answers again"],
  "rehearsal-failed": ["a rehearsal did not go as expected", "The rehearsal ended there, and only its own services were touched", "correct what is reported below, then rehearse again"],
  "replace-prevented": ["AWS and the data differ in what can only be changed by replacing something protected", UNPLANNED, "write what AWS has into the data, or change it in AWS first; then plan again"],
  "repository-duplicate": ["two images name the same repository", UNBUILT, "give each image its own repository"],
  "repository-invalid": ["the name of a repository is none that public ECR, or for adopt GitHub, accepts", UNBUILT, "choose a name such as base or platform/base"],
  "repository-missing": ["the repository does not exist", "The image was not published, and publishing never creates a repository", "add it to terraform/ and apply, or publish with --await-repositories until then"],
  "resource-tainted": ["something protected was made by half, and Terraform would replace it", "No plan is made as long as it is so", "run dagger call tf-untaint with its address, then plan again"],
  "revision-invalid": ["a revision is not a full Git commit id", UNBUILT, "pass the output of git rev-parse HEAD"],
  "role-not-assigned": ["you do not have the role in the account", UNSIGNED, "run dagger call sso --role with a role that you have, or have it assigned in terraform/organization.auto.tfvars"],
  "role-taken": ["a role of a name that the code uses has rights of its own", "The first apply would give them to the workflows of GitHub", "detach them, or delete the role: nothing but the code should give it rights"],
  "root-access-off": ["the organization does not let its management account act as root of the others", "Nothing was looked at or removed", "apply terraform/, which switches both on, then run the same command again"],
  "root-account-refused": ["a name of --remove is not that of an active member account", "Nothing was removed", "run dagger call root-credentials, which lists the names, then the same command with those"],
  "sbom-failed": ["the SBOM of an image could not be made", "The image was not signed", AGAIN],
  "sbom-too-large": ["an SBOM is larger than what Sigstore's public log takes", "Nothing was signed, and no tag was written", "make the image smaller, or sign with a key, which needs no log: docs/runbooks/verify-an-image.md"],
  "scan-database-unavailable": ["the database of vulnerabilities could not be fetched, or is too old", "The image was not scanned", "run the same command when the database can be fetched again"],
  "scan-failed": ["an image could not be scanned for vulnerabilities", "The image was not scanned", AGAIN],
  "settings-disagree": ["genesis.json and the Terraform data differ", UNAPPLIED, "make the two equal"],
  "sign-in-denied": ["you, or AWS, denied the request to sign in", UNSIGNED, "run dagger call sso again, and allow the request in the browser"],
  "sign-in-expired": ["a sign-in was not confirmed in time, or is no longer valid", UNSIGNED, "run dagger call sso again, and confirm the code before it expires"],
  "sign-in-failed": ["a call of the sign-in failed", UNSIGNED, "run the same command again; if that does not help, check the network and sso in genesis.json"],
  "sign-in-missing": ["a function needs a sign-in before it", UNCALLED, "dagger call sso whoami"],
  "sign-in-unconfigured": ["genesis.json does not say where to sign in", UNCALLED, "write startUrl, region, account and role there; docs/settings.md explains them"],
  "signature-missing": ["an image has no signature by a trusted signer", UNTRUSTED, "publish it with a signer, which builds, signs and attests it under a new tag; signatures are those of cosign 3 or newer"],
  "signature-untrusted": ["an image was signed, but not by the key or identity of genesis.json", UNTRUSTED, "find out who signed it (cosign verify with their key or identity) before anything else"],
  "signing-failed": ["cosign could not sign or attest an image", UNTAGGED, "run the same command again; what was signed until then stays beside an image that no tag names"],
  "signing-key-differs": ["the signer is not the one that genesis.json trusts", UNBUILT, "give the key of signing.publicKey with its password, or have a person change signing"],
  "signing-key-missing": ["genesis.json requires signatures, and no signer was given", UNBUILT, "run the same command with --signing-key and --signing-password; a workflow has them from the secrets COSIGN_PRIVATE_KEY and COSIGN_PASSWORD"],
  "signing-unconfigured": ["genesis.json does not say whose signatures count", "Nothing was built, published or verified", "write it there, as docs/runbooks/verify-an-image.md shows"],
  "smoke-failed": ["a built image failed its smoke command", UNPUSHED, "dagger call build-image --name IMAGE"],
  "start-url-unknown": ["the region has no Identity Center with this start URL", UNSIGNED, "correct sso.startUrl or sso.region in genesis.json: the region is the Identity Center's home region"],
  "state-bucket-missing": ["the state's bucket does not exist", UNPLANNED, "correct state.bucket in genesis.json, or run dagger call bootstrap, which creates the bucket"],
  "state-edit-refused": ["an edit of the state is not possible, or would do harm", UNCHANGED, "run dagger call tf-plan, which says what is wrong with the state"],
  "state-empty": ["the state is empty, and this is not declared a bootstrap", UNPLANNED, "correct state in genesis.json; if nothing exists there yet, run the same command with --bootstrap"],
  "state-locked": ["somebody else has locked the state", UNPLANNED, "run the same command later; if nobody is at work any more, follow docs/runbooks/stuck-lock.md"],
  "state-not-kept": ["this engine keeps no state to recover", UNCHANGED, "run dagger call tf-plan; if the apply ran on another machine, follow docs/runbooks/rollback.md"],
  "state-unreadable": ["the state is not in the format that the module reads", UNPLANNED, "run terraform state pull in dagger call terraform terminal, and read the state"],
  "state-unsaved": ["a state could not be saved, and is kept in the engine", "What was applied until then is kept in this engine, and lost with it", "run dagger call tf-recover on the same machine, with fresh --aws credentials"],
  "state-unset": ["genesis.json does not say where the state is", UNSTARTED, "write bucket, key and region there; docs/settings.md explains them"],
  "symlink-escapes": ["a symbolic link leaves its folder", UNBUILT, "put the file itself there, or name it in files of image.json"],
  "tag-exists": ["the tag exists with another digest", "The tag was left as it is: tags are never moved", "publish again, which reports the tag as it is, or with --force, which builds under a new one"],
  "target-ambiguous": ["publish was given both --emulator and --aws", UNBUILT, "run the same command with one of the two: --aws for public ECR, --emulator for the embedded registry"],
  "tool-unavailable": ["a tool, or its image, could not be fetched or started", "It was not run", "check that the tool's pin in images/pins.json can be pulled, or name one of a mirror by --pins"],
  "verify-failed": ["cosign could not tell whether an image is signed", "The signature was not checked, so the image was not locked", "run the same command when the registry and, for keyless signatures, Sigstore answer"],
  "vulnerability-found": ["an image has vulnerabilities that genesis.json does not allow", "What was to be published is not signed and has no tag; what is published stays as it is", "update the package, or allow the vulnerability in genesis.json scan.allow with a date and a reason"],
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
