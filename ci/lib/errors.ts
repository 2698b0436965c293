/**
 * Every error code of the module and what it means. Codes are stable: tests and runbooks name them.
 * `docs/errors.md` lists the same codes; a test compares the two.
 */
export const ERROR_CODES = {
  "alias-missing": "genesis.json names no public registry alias, and a public ECR publish needs one",
  "arg-unknown-pin": "a Dockerfile argument of image.json names a pin that pins.json does not have",
  "build-failed": "the engine could not build an image",
  "credentials-expired": "the AWS credentials have expired",
  "credentials-malformed": "the AWS secret is not what `aws configure export-credentials` prints",
  "credentials-refused": "AWS refused to give a registry token for these credentials",
  "digest-invalid": "a digest is not `sha256:` and 64 hexadecimal digits",
  "digest-mismatch": "the registry stored other bytes than those that were sent",
  "dockerfile-empty": "a Dockerfile holds no instruction",
  "dockerfile-missing": "an image folder has no Dockerfile",
  "dockerfile-unpinned": "a Dockerfile names an image or a download that no pin fixes",
  "field-invalid": "a field of a settings file is unknown, missing or of the wrong type",
  "file-missing": "a file that the repository needs is not there",
  "format-unknown": "an output format is not one of those offered",
  "image-invalid-name": "an image name is not a lower-case path component",
  "image-not-folder": "an entry of images/ that should be a folder is something else",
  "image-unknown": "no image of the catalogue has this name",
  "json-invalid": "a file is not JSON",
  "layout-invalid": "an OCI image layout is not what the engine should have written",
  "lint-failed": "a check of the Terraform code failed; the message holds its output",
  "lock-block-missing": "MODULE.bazel has no block for the generated oci.pull calls, or more than one",
  "lock-disagrees": "images/lock.json and MODULE.bazel do not say the same",
  "lock-registry-differs": "the registry holds another digest than images/lock.json says",
  "name-duplicate": "a name is given twice",
  "pin-invalid": "a pin is neither an image reference nor a dated archive",
  "pin-missing": "the module needs a pin that pins.json does not have",
  "pin-unpinned": "a pin names no digest, tag or date, so it can move",
  "platform-invalid": "a platform is not `os/arch` or `os/arch/variant`",
  "platform-mismatch": "a built variant is not of the platform that was asked for",
  "platform-unsupported": "an image does not declare this platform",
  "publish-failed": "at least one image was not published; the report says which",
  "registry-forbidden": "the registry refused the operation to these credentials",
  "registry-refused": "the registry answered something that a retry does not mend",
  "registry-throttled": "the registry kept answering 429",
  "registry-unauthorized": "the registry refused the credentials, fresh ones too",
  "registry-unavailable": "the registry kept failing or could not be reached",
  "repository-duplicate": "two images name the same repository",
  "repository-invalid": "a repository name is not one that public ECR accepts",
  "repository-missing": "the repository does not exist; Terraform defines it, publish never creates it",
  "revision-invalid": "a revision is not a full Git commit id",
  "smoke-failed": "a built image failed its smoke command",
  "symlink-escapes": "a symbolic link leaves its folder",
  "tag-exists": "a tag exists with another digest; tags are never moved",
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
    super(`[${parts.code}] ${parts.subject}: ${parts.fact}. ${parts.effect}. Run: ${parts.next}`, options);
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
