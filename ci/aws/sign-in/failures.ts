import { GenesisError } from "../../lib/errors.js";
import { readFailure } from "../failure.js";

/** What a failed call means for a sign-in. */
export type FailureKind =
  | "pending"
  | "slow-down"
  | "expired"
  | "denied"
  | "forbidden"
  | "invalid"
  | "transient"
  | "other";

/** A failed call, without AWS's message, which can repeat what was sent. */
export interface CallFailure {
  kind: FailureKind;
  /** AWS's name of the error, or that of the connection's. */
  name: string;
}

/**
 * By error name: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors and
 * those of the portal's operations.
 */
const KINDS: Readonly<Record<string, FailureKind>> = {
  AuthorizationPendingException: "pending",
  SlowDownException: "slow-down",
  ExpiredTokenException: "expired",
  UnauthorizedException: "expired",
  AccessDeniedException: "denied",
  ForbiddenException: "forbidden",
  ResourceNotFoundException: "forbidden",
  InvalidRequestException: "invalid",
  InvalidRequestRegionException: "invalid",
  ThrottlingException: "transient",
  TooManyRequestsException: "transient",
};

/** Says what a call's error is. A GenesisError is final already and is thrown on. */
export function classifyFailure(error: unknown): CallFailure {
  const { name, status } = readFailure(error);
  const known = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  return { name, kind: known ?? (status === undefined || status === 429 || status >= 500 ? "transient" : "other") };
}

/** Where a sign-in happens, for its errors. */
export interface SignInPlace {
  region: string;
  startUrl: string;
}

/** The subject of a sign-in's errors. */
export function nameSubject({ region }: SignInPlace): string {
  return `sign-in ${region}`;
}

/** The error of a call that failed for good. `operation` is AWS's name of it. */
export function describeFailure(place: SignInPlace, operation: string, { kind, name }: CallFailure): GenesisError {
  const subject = nameSubject(place);
  if (kind === "expired") {
    const fact = `the sign-in is no longer valid (${operation} ended with ${name})`;
    return new GenesisError({ code: "sign-in-expired", subject, fact });
  }
  if (kind === "denied") {
    const fact = `the request was denied (${operation} ended with ${name})`;
    return new GenesisError({ code: "sign-in-denied", subject, fact });
  }
  if (kind === "invalid" && operation === "StartDeviceAuthorization") {
    return new GenesisError({
      code: "start-url-unknown",
      subject,
      fact: `no Identity Center in ${place.region} has the start URL ${place.startUrl} (${operation} ended with ${name})`,
    });
  }
  return new GenesisError({
    code: "sign-in-failed",
    subject,
    fact: `${operation} ended with ${name}`,
    next:
      kind === "transient"
        ? "run the same command again; if that does not help, check the network and sso.region in genesis.json"
        : "check sso in genesis.json; docs/settings.md explains it",
  });
}

/** The error of a code that nobody confirmed in time. */
export function refuseExpired(place: SignInPlace, seconds: number): GenesisError {
  return new GenesisError({
    code: "sign-in-expired",
    subject: nameSubject(place),
    fact: `nobody confirmed the code within ${Math.round(seconds)} seconds`,
  });
}

/** The error of an answer that is not as AWS documents it; no value of it is shown. */
export function refuseAnswer(place: SignInPlace, operation: string, field: string): GenesisError {
  return new GenesisError({
    code: "sign-in-failed",
    subject: nameSubject(place),
    fact: `the answer to ${operation} has no valid ${field === "" ? "content" : field}`,
    next: "run the same command again; if that does not help, check whether a proxy answers in place of AWS",
  });
}
