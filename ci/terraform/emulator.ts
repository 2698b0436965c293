import type { AwsCredentials } from "../aws/credentials.js";

/** Credentials that only an emulator takes; AWS documents this key id as an example. */
export const EMULATOR_CREDENTIALS: AwsCredentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "no-secret-of-anybody",
};

/** Backend settings for an emulator's S3: https://developer.hashicorp.com/terraform/language/backend/s3 */
export const EMULATOR_BACKEND: readonly string[] = [
  "use_path_style=true",
  "skip_region_validation=true",
  "skip_requesting_account_id=true",
];

/**
 * Files for the working copy: path → text. The provider takes neither from the environment: path-style S3, as an emulator has one
 * host, and few attempts: the usual 25 would hide an emulator's errors for minutes, a single one would not survive a throttled
 * request. An override merges, so the code stays as it is.
 */
export const EMULATOR_FILES: Readonly<Record<string, string>> = {
  "emulator_override.tf": ["", "public_ecr"].map(formatProvider).join("\n"),
};

function formatProvider(alias: string): string {
  const name = alias === "" ? "" : `  alias             = "${alias}"\n`;
  return `provider "aws" {\n${name}  max_retries       = 4\n  s3_use_path_style = true\n}\n`;
}
