import { GenesisError } from "./errors.js";

declare const brand: unique symbol;
/** A string that only its parser makes. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An image of the catalogue: the name of its folder below `images/`. */
export type ImageName = Branded<"ImageName">;
/** The content address of a manifest or blob: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = Branded<"Digest">;
/** A target platform, `os/arch` or `os/arch/variant`, compared letter by letter as rules_oci does. */
export type Platform = Branded<"Platform">;
/** A full Git commit id: 40 hexadecimal digits (SHA-1) or 64 (SHA-256). */
export type Revision = Branded<"Revision">;
/** A repository below the registry's alias, such as `base` or `platform/base`. */
export type RepositoryName = Branded<"RepositoryName">;

/** Longest image name; the tag, alias and host must fit beside it in a reference. */
export const IMAGE_NAME_MAX = 64;
/** Longest repository name: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_CreateRepository.html */
export const REPOSITORY_NAME_MAX = 205;

/** A path component as public ECR takes it, stricter than the OCI distribution specification: single separators. */
const COMPONENT = "[a-z0-9]+(?:[._-][a-z0-9]+)*";
const IMAGE_NAME = new RegExp(`^${COMPONENT}$`);
const REPOSITORY_NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/;
const REVISION = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Shows untrusted text in a message: quoted, escaped and cut. */
export function quoteText(text: string): string {
  const cut = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return JSON.stringify(cut);
}

/** Parses an image name. Throws `image-invalid-name`; nothing touches the file system before it passed. */
export function parseImageName(text: string): ImageName {
  if (text.length >= 2 && text.length <= IMAGE_NAME_MAX && IMAGE_NAME.test(text)) return text as ImageName;
  throw new GenesisError({
    code: "image-invalid-name",
    subject: `image ${quoteText(text)}`,
    fact: `a name has 2 to ${IMAGE_NAME_MAX} characters of a-z and 0-9, with single ".", "_" or "-" between them`,
  });
}

/** Parses a digest. Throws `digest-invalid`. `subject` says where the text stands. */
export function parseDigest(text: string, subject: string): Digest {
  if (DIGEST.test(text)) return text as Digest;
  throw new GenesisError({
    code: "digest-invalid",
    subject,
    fact: `${quoteText(text)} is not "sha256:" and 64 hexadecimal digits`,
  });
}

/** Parses a platform such as `linux/arm64`. Throws `platform-invalid`. */
export function parsePlatform(text: string, subject: string): Platform {
  if (PLATFORM.test(text)) return text as Platform;
  throw new GenesisError({
    code: "platform-invalid",
    subject,
    fact: `${quoteText(text)} is not "os/arch" or "os/arch/variant"`,
  });
}

/** Parses a full Git commit id. Throws `revision-invalid`: a short one or a branch can mean another commit tomorrow. */
export function parseRevision(text: string): Revision {
  if (REVISION.test(text)) return text as Revision;
  throw new GenesisError({
    code: "revision-invalid",
    subject: `revision ${quoteText(text)}`,
    fact: "a revision is a full Git commit id of 40 or 64 hexadecimal digits",
  });
}

/** Parses a repository name by the rules of public ECR. Throws `repository-invalid`. */
export function parseRepositoryName(text: string, subject: string): RepositoryName {
  if (text.length >= 2 && text.length <= REPOSITORY_NAME_MAX && REPOSITORY_NAME.test(text)) {
    return text as RepositoryName;
  }
  throw new GenesisError({
    code: "repository-invalid",
    subject,
    fact: `${quoteText(text)} is not 2 to ${REPOSITORY_NAME_MAX} characters of lower-case path components`,
  });
}
