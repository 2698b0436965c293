import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { readJson } from "../lib/read-json.js";

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** What `aws configure export-credentials` prints: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
const credentialsSchema = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(16).max(128),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().min(1).nullish(),
  Expiration: z.iso.datetime({ offset: true }).nullish(),
});

/**
 * Parses the `aws` secret. Throws `credentials-malformed` (naming the field, never a value) or `credentials-expired`.
 * `now` in milliseconds.
 */
export function parseAwsCredentials(text: string, now: number): AwsCredentials {
  const read = readJson(text);
  if (read.problem !== undefined) throw refuseMalformed(read.problem);
  const result = credentialsSchema.safeParse(read.value);
  if (!result.success) {
    const field = result.error.issues[0]?.path.join(".");
    throw refuseMalformed(field ? `field ${field} is missing or not as it should be` : "it is not an object");
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = result.data;
  const expiration = Expiration ? new Date(Expiration) : undefined;
  if (expiration !== undefined && expiration.getTime() <= now) {
    throw new GenesisError({
      code: "credentials-expired",
      subject: "aws",
      fact: `the credentials expired at ${expiration.toISOString()}`,
    });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
    ...(expiration && { expiration }),
  };
}

/** Writes credentials as `aws configure export-credentials` does: what parseAwsCredentials reads. */
export function formatAwsCredentials(credentials: AwsCredentials): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration?.toISOString(),
  } satisfies z.input<typeof credentialsSchema>);
}

/** How long credentials must live for an apply, in milliseconds: a state that cannot be saved is the worst end of one. */
const LIFETIME_MIN = 15 * 60 * 1000;

/** Throws `credentials-expiring` where the credentials would expire within 15 minutes of `now` (milliseconds). */
export function requireLifetime({ expiration }: AwsCredentials, now: number): void {
  if (expiration === undefined || expiration.getTime() - now >= LIFETIME_MIN) return;
  throw new GenesisError({
    code: "credentials-expiring",
    subject: "aws",
    fact: `the credentials expire at ${expiration.toISOString()}, within 15 minutes`,
  });
}

function refuseMalformed(fact: string): GenesisError {
  return new GenesisError({
    code: "credentials-malformed",
    subject: "aws",
    fact: `${fact}; expected the JSON that aws configure export-credentials prints`,
  });
}
