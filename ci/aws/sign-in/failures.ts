import type { z } from "zod";
import { type ErrorCode, GenesisError } from "../../lib/errors.js";
import { readFailure } from "../failure.js";

export type FailureKind =
  | "pending"
  | "slow-down"
  | "expired"
  | "denied"
  | "forbidden"
  | "invalid"
  | "transient"
  | "other";

/** A failed call, by AWS's name of its error or that of the connection's. */
export interface CallFailure {
  kind: FailureKind;
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
  const end = `${operation} ended with ${name}`;
  const refuse = (code: ErrorCode, fact: string) => new GenesisError({ code, subject, fact: `${fact} (${end})` });
  if (kind === "expired") return refuse("sign-in-expired", "the sign-in is no longer valid");
  if (kind === "denied") return refuse("sign-in-denied", "the request was denied");
  if (kind === "invalid" && operation === "StartDeviceAuthorization") {
    return refuse("start-url-unknown", `no Identity Center in ${place.region} has the start URL ${place.startUrl}`);
  }
  return new GenesisError({
    code: "sign-in-failed",
    subject,
    fact: end,
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

/**
 * Makes one call and parses its answer. Throws a GenesisError that holds nothing of what was sent or answered: that of `forbid` where AWS
 * forbids the call, of which it is told how it ended.
 */
export async function callParsed<Schema extends z.ZodType>(
  place: SignInPlace,
  operation: string,
  call: () => Promise<unknown>,
  schema: Schema,
  forbid?: (end: string) => GenesisError,
): Promise<z.output<Schema>> {
  const answer = await call().catch((error: unknown) => {
    const failure = classifyFailure(error);
    if (failure.kind === "forbidden" && forbid !== undefined) throw forbid(`${operation} ended with ${failure.name}`);
    throw describeFailure(place, operation, failure);
  });
  return parseAnswer(place, operation, answer, schema);
}

/** Parses an answer. Throws `sign-in-failed` with the name of the field that is not as AWS documents it; no value is shown. */
export function parseAnswer<Schema extends z.ZodType>(
  place: SignInPlace,
  operation: string,
  answer: unknown,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const field = result.error.issues[0]?.path.join(".") || "content";
  throw new GenesisError({
    code: "sign-in-failed",
    subject: nameSubject(place),
    fact: `the answer to ${operation} has no valid ${field}`,
    next: "run the same command again; if that does not help, check whether a proxy answers in place of AWS",
  });
}
