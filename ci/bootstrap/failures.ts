import type { z } from "zod";
import { GenesisError } from "../lib/errors.js";

/** A call of AWS that failed, without its message, which can repeat ids of keys and roles. */
export interface AwsFailure {
  /** AWS's name of the error, or that of the connection's. */
  name: string;
  /** Undefined where there was no answer. */
  status: number | undefined;
}

/** Reads what a client threw. A GenesisError is final already and is thrown on. */
export function readFailure(error: unknown): AwsFailure {
  if (error instanceof GenesisError) throw error;
  const { name, code, $metadata } = error as NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const said = status === undefined ? (code ?? name) : name;
  // The name comes from the server too.
  return { name: /^[A-Za-z][\w.]{0,79}$/.test(said) ? said : "an unnamed error", status };
}

const EXPIRED = /^(?:ExpiredToken(?:Exception)?|RequestExpired)$/;
const UNKNOWN = /^(?:InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|SignatureDoesNotMatch)$/;
const THROTTLED = /^(?:Throttl\w+|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/;
const DENIED = /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation|Forbidden|403)$/;

/** Says what a failed call means. `operation` is AWS's name of the permission, such as `sts:AssumeRole`. */
export function explainAwsFailure(operation: string, { name, status }: AwsFailure): GenesisError {
  const subject = `aws ${operation}`;
  const effect = "Nothing that depends on it was done";
  if (EXPIRED.test(name)) {
    const fact = "AWS says that the credentials have expired";
    return new GenesisError({ code: "credentials-expired", subject, fact, effect, next: AGAIN });
  }
  if (UNKNOWN.test(name)) {
    const fact = `AWS does not know these credentials (${name})`;
    return new GenesisError({ code: "credentials-refused", subject, fact, next: AGAIN });
  }
  if (THROTTLED.test(name) || status === 429) {
    const fact = `AWS keeps refusing requests because there are too many (${name})`;
    return new GenesisError({ code: "aws-throttled", subject, fact });
  }
  if (DENIED.test(name) || status === 403) {
    return new GenesisError({ code: "aws-forbidden", subject, fact: `AWS denies it to these credentials (${name})` });
  }
  return new GenesisError({ code: "aws-failed", subject, fact: `the call ended with ${name}` });
}

const AGAIN = "run the same command with sso, or with fresh --aws credentials";

/** Makes a call and parses its answer. Throws a GenesisError that holds nothing of the answer. */
export async function callAws<Schema extends z.ZodType>(
  operation: string,
  call: () => Promise<unknown>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const answer = await call().catch((error: unknown) => {
    throw explainAwsFailure(operation, readFailure(error));
  });
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.join(".") ?? "";
  throw new GenesisError({
    code: "aws-failed",
    subject: `aws ${operation}`,
    fact: `its answer has no valid ${field === "" ? "content" : field}`,
    next: "run the same command again; if that does not help, check whether a proxy answers in place of AWS",
  });
}

/** The same, where an error of one of these names means that a thing is not there: then undefined. */
export function findAws<Schema extends z.ZodType>(
  operation: string,
  call: () => Promise<unknown>,
  schema: Schema,
  missing: readonly string[],
): Promise<z.output<Schema> | undefined> {
  const find = () =>
    call().catch((error: unknown) => {
      if (missing.includes(readFailure(error).name)) return undefined;
      throw error;
    });
  return callAws(operation, find, schema.optional());
}
