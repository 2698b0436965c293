import { type ErrorCode, GenesisError } from "../lib/errors.js";

/** A call of AWS that failed, without its message, which can repeat what was sent and ids of keys and roles. */
export interface AwsFailure {
  /** AWS's name of the error, or that of the connection's. */
  name: string;
  /** Undefined where there was no answer: the connection broke, or the call ran out of time. */
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

/**
 * AWS's names of errors that mean the same of every service, as sources of expressions, and what they mean. Those of throttling:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const AWS_ERRORS = {
  "credentials-expired": ["ExpiredToken(?:Exception)?|RequestExpired", "AWS says that the credentials have expired"],
  "credentials-refused": [
    "InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient(?:Exception)?|SignatureDoesNotMatch",
    "AWS does not know these credentials",
  ],
  "aws-throttled": [
    "(?:Request|EC2)?Throttl(?:ing|ed)(?:Exception)?|TooManyRequestsException|RequestLimitExceeded|SlowDown",
    "AWS keeps refusing requests because there are too many",
  ],
  "aws-forbidden": ["AccessDenied(?:Exception)?|UnauthorizedOperation|Forbidden", "AWS denies it to these credentials"],
} as const satisfies Partial<Record<ErrorCode, readonly [names: string, fact: string]>>;

/** What a failed call means; `aws-failed` where its name says nothing. */
export function classifyAwsFailure({ name, status }: AwsFailure): keyof typeof AWS_ERRORS | "aws-failed" {
  for (const code of Object.keys(AWS_ERRORS) as (keyof typeof AWS_ERRORS)[]) {
    if (new RegExp(`^(?:${AWS_ERRORS[code][0]})$`).test(name)) return code;
  }
  return status === 429 ? "aws-throttled" : status === 403 ? "aws-forbidden" : "aws-failed";
}
