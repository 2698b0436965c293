import { showLine } from "./inert.js";

/**
 * Every error code of the module and what it means. Codes are stable: tests and runbooks name them.
 * `docs/errors.md` lists the same codes; a test compares the two.
 */
export const ERROR_CODES = {
  "account-differs": "an account of the organization fits the data by its name or its e-mail address only",
  "account-id-differs": "the data names another id for an account than the state does",
  "account-unknown": "the account of a sign-in is not exactly one of those that the person may enter",
  "account-wrong": "the credentials are of another account than the management account of the data",
  "adopt-differs": "the data names another id to adopt than what AWS has under that name",
  "alias-missing": "genesis.json names no public registry alias, and a public ECR publish needs one",
  "allowance-expired": "an entry of the allow-list of genesis.json has expired",
  "apply-failed": "an apply failed; what it did is in the state",
  "arg-unknown-pin": "a Dockerfile argument of image.json names a pin that pins.json does not have",
  "attestation-mismatch": "an attestation beside an image is of another digest or source",
  "attestation-missing": "an image lacks a provenance, or a platform of it an SBOM, by who is trusted",
  "aws-failed": "a call of AWS failed; the message names it and AWS's error",
  "aws-forbidden": "AWS denied a call to the credentials of a bootstrap",
  "aws-throttled": "AWS kept refusing requests of Terraform because there were too many",
  "bootstrap-incomplete": "a bootstrap left something for a person; the message holds the checklist",
  "bucket-elsewhere": "the bucket of the state is in another region than the settings say",
  "bucket-taken": "the name of the state's bucket belongs to another account",
  "bucket-unsafe": "the bucket of the state is not as safe as it must be, and is not the state's alone",
  "build-failed": "the engine could not build an image",
  "clock-skewed": "the clock is wrong: fresh credentials look expired, or AWS refuses the time of a request",
  "code-forbidden": "the Terraform code holds what a plan must not execute",
  "code-unreadable": "a file of the Terraform code is not HCL",
  "credentials-expired": "the AWS credentials have expired",
  "credentials-expiring": "the AWS credentials could expire during an apply",
  "credentials-malformed": "the AWS secret is not what `aws configure export-credentials` prints",
  "credentials-missing": "a deployment needs AWS credentials, and none were given",
  "credentials-refused": "AWS refused to give a registry token for these credentials",
  "data-invalid": "the Terraform data lacks what a bootstrap needs to know",
  "data-unwritable": "the Terraform data could not be edited without a risk to what else it says",
  "destroy-prevented": "a plan would destroy what the Terraform code protects",
  "destroy-refused": "a plan would destroy, replace or forget a protected resource that nobody named",
  "destroy-unknown": "a resource was named for destruction that the plan does not destroy",
  "digest-invalid": "a digest is not `sha256:` and 64 hexadecimal digits",
  "digest-mismatch": "the registry holds other bytes than those that were sent, or that a digest names",
  "disk-full": "Terraform could not write a file, as the disk of the engine is full",
  "dockerfile-empty": "a Dockerfile holds no instruction",
  "dockerfile-missing": "an image folder has no Dockerfile",
  "dockerfile-unpinned": "a Dockerfile names an image or a download that no pin fixes",
  "drift-found": "AWS and the Terraform code differ; the message holds the summary",
  "endpoint-forbidden": "a rehearsal was pointed at something that is not on this machine",
  "field-invalid": "a field of a settings file is unknown, missing or of the wrong type",
  "file-missing": "a file that the repository needs is not there",
  "fingerprint-invalid": "the approved value is no fingerprint, or was damaged",
  "format-unknown": "an output format is not one of those offered",
  "identity-center-ambiguous": "the region has several instances of the Identity Center",
  "identity-center-elsewhere": "the Identity Center is in another region than the settings say",
  "identity-center-missing": "the Identity Center is not switched on, or not yet",
  "image-invalid-name": "an image name is not a lower-case path component",
  "image-not-folder": "an entry of images/ that should be a folder is something else",
  "image-unknown": "no image of the catalogue has this name",
  "image-unpublished": "the registry does not have the digest that was asked for",
  "init-failed": "terraform init failed; the message holds its output",
  "json-invalid": "a file is not JSON",
  "layout-invalid": "an OCI image layout is not what the engine should have written",
  "lint-failed": "a check of the Terraform code failed; the message holds its output",
  "lock-block-missing": "MODULE.bazel has no block for the generated oci.pull calls, or more than one",
  "lock-disagrees": "images/lock.json and MODULE.bazel do not say the same",
  "lock-registry-differs": "the registry holds another digest than images/lock.json says",
  "name-duplicate": "a name is given twice",
  "organization-limited": "the organization has not all features",
  "organization-missing": "the management account is in no organization",
  "organization-unreadable":
    "the Terraform data or code is not in the shape that the picture of the organization reads",
  "picture-stale": "docs/organization.svg does not show the organization as the data has it",
  "pin-invalid": "a pin is neither an image reference nor a dated archive",
  "pin-missing": "the module needs a pin that pins.json does not have",
  "pin-unpinned": "a pin names no digest, tag or date, so it can move",
  "placeholder-left": "a setting still holds a placeholder",
  "plan-failed": "terraform plan failed; the message holds its output",
  "plan-stale": "the plan is not the one that was approved",
  "plan-unreadable": "a plan is not in the format that the module reads",
  "platform-invalid": "a platform is not `os/arch` or `os/arch/variant`",
  "platform-mismatch": "a built variant is not of the platform that was asked for",
  "platform-unsupported": "an image does not declare this platform",
  "provider-forbidden": "a plan uses a provider that may not run here",
  "provider-mismatch": "the environment does not have the providers of the lock file",
  "prune-failed": "the registry did not list or remove what it was asked to",
  "publish-failed": "at least one image was not published; the report says which",
  "recover-failed": "a kept state could not be saved",
  "registry-forbidden": "the registry refused the operation to these credentials",
  "registry-refused": "the registry answered something that a retry does not mend",
  "registry-throttled": "the registry kept answering 429",
  "registry-unauthorized": "the registry refused the credentials, fresh ones too",
  "registry-unavailable": "the registry kept failing or could not be reached",
  "rehearsal-failed": "a rehearsal met a surprise; the message says which",
  "repository-duplicate": "two images name the same repository",
  "repository-invalid": "a repository name is not one that public ECR accepts",
  "repository-missing": "the repository does not exist; Terraform defines it, publish never creates it",
  "revision-invalid": "a revision is not a full Git commit id",
  "role-not-assigned": "the person does not have the role in the account",
  "sbom-failed": "the SBOM of an image could not be made",
  "scan-database-unavailable": "the database of vulnerabilities could not be had, or is too old",
  "scan-failed": "an image could not be scanned for vulnerabilities",
  "settings-disagree": "genesis.json and the Terraform data do not say the same",
  "sign-in-denied": "the person, or AWS, denied the request to sign in",
  "sign-in-expired": "a sign-in was not confirmed in time, or is no longer valid",
  "sign-in-failed": "a call of the sign-in failed; the message names it and AWS's error",
  "sign-in-missing": "a function needs a sign-in, and none came before it",
  "sign-in-unconfigured": "genesis.json does not say where to sign in",
  "signature-missing": "an image has no signature by who is trusted",
  "signature-untrusted": "an image was signed, but not by the key or identity of genesis.json",
  "signing-failed": "cosign could not sign or attest an image",
  "signing-key-differs": "what signs is not what genesis.json trusts",
  "signing-key-missing": "genesis.json wants signatures, and nothing was given that signs",
  "signing-unconfigured": "genesis.json does not say whose signatures count",
  "smoke-failed": "a built image failed its smoke command",
  "start-url-unknown": "the region has no Identity Center with this start URL",
  "state-bucket-missing": "the bucket of the state does not exist",
  "state-empty": "the state is empty, and nobody said that this is a bootstrap",
  "state-locked": "somebody else has locked the state",
  "state-not-kept": "there is no kept state to recover",
  "state-unreadable": "the state is not in the format that the module reads",
  "state-unsaved": "a state could not be saved and is kept in the engine",
  "state-unset": "genesis.json does not say where the state is",
  "symlink-escapes": "a symbolic link leaves its folder",
  "tag-exists": "a tag exists with another digest; tags are never moved",
  "tool-unavailable": "the image of a tool, or the tool itself, could not be had",
  "verify-failed": "cosign could not tell whether an image is signed",
  "vulnerability-found": "an image has vulnerabilities that the policy of genesis.json does not let pass",
} as const;

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
  /** What this means for the user, most often what did not happen. */
  effect: string;
  /** The next step: a command, or a sentence in the imperative. */
  next: string;
}

/** An error for people: `[code] subject: fact. effect. Run: next step`. */
export class GenesisError extends Error {
  readonly code: ErrorCode;
  readonly subject: string;

  constructor(parts: ErrorParts, options?: ErrorOptions) {
    super(`[${parts.code}] ${showLine(parts.subject)}: ${parts.fact}. ${parts.effect}. Run: ${parts.next}`, options);
    this.name = "GenesisError";
    this.code = parts.code;
    this.subject = parts.subject;
  }
}

/** Several errors found in one go, one a line: whoever mends them sees all of them at once. */
export class GenesisErrors extends Error {
  readonly errors: readonly GenesisError[];

  constructor(errors: readonly GenesisError[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.name = "GenesisErrors";
    this.errors = errors;
  }
}

/** Throws what was collected: nothing, the one error, or all of them together. */
export function throwErrors(errors: readonly GenesisError[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new GenesisErrors(errors);
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
