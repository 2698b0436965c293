import type { Secret, Service } from "@dagger.io/dagger";
import { type AwsCredentials, parseAwsCredentials } from "../aws/credentials.js";
import { GenesisError } from "../lib/errors.js";
import { EMULATOR_CREDENTIALS } from "../terraform/emulator.js";

/** Whose organization a deployment is about: AWS with these credentials, or an emulator. */
export interface DeployTarget {
  aws: Secret | undefined;
  emulator: Service | undefined;
}

/** The credentials of a call; without any, an emulator is given dummies. Throws `credentials-missing`, or what `check` throws. */
export async function readCredentials(
  { aws, emulator }: DeployTarget,
  check: (credentials: AwsCredentials, now: number) => void = () => {},
): Promise<AwsCredentials> {
  if (aws === undefined && emulator !== undefined) return EMULATOR_CREDENTIALS;
  if (aws === undefined) throw refuseMissing();
  const now = Date.now();
  const credentials = parseAwsCredentials(await aws.plaintext(), now);
  check(credentials, now);
  return credentials;
}

function refuseMissing(): GenesisError {
  return new GenesisError({
    code: "credentials-missing",
    subject: "aws",
    fact: "no credentials were given",
    effect: "AWS was not called",
    next: "the same command with sso, or --aws='cmd://aws configure export-credentials', after dagger call",
  });
}
