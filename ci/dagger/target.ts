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
  check?: (credentials: AwsCredentials, now: number) => void,
): Promise<AwsCredentials> {
  if (aws === undefined) {
    if (emulator !== undefined) return EMULATOR_CREDENTIALS;
    throw new GenesisError({ code: "credentials-missing", subject: "aws", fact: "no credentials were given" });
  }
  const now = Date.now();
  const credentials = parseAwsCredentials(await aws.plaintext(), now);
  check?.(credentials, now);
  return credentials;
}

/**
 * The credentials that a publish uses. Throws `target-ambiguous` where credentials of AWS stand beside an emulator, rather than to choose
 * for the user where images go; those of a sign-in at the emulator are the emulator's own.
 */
export function choosePublisher(target: Partial<DeployTarget> & { identity?: string }): Secret | undefined {
  const { aws, emulator, identity } = target;
  if (emulator === undefined || aws === undefined || identity !== undefined) return aws;
  throw new GenesisError({
    code: "target-ambiguous",
    subject: "emulator and aws",
    fact: "one is to try things out, the other to publish for others",
  });
}
