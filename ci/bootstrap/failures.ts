import type { z } from "zod";
import { AWS_ERRORS, type AwsFailure, classifyAwsFailure, readFailure } from "../aws/failure.js";
import { GenesisError } from "../lib/errors.js";
import { collectPages } from "../lib/pages.js";

/** Says what a failed call means. `operation` is AWS's name of the permission, such as `sts:AssumeRole`. */
export function explainAwsFailure(operation: string, failure: AwsFailure): GenesisError {
  const subject = `aws ${operation}`;
  const code = classifyAwsFailure(failure);
  if (code === "aws-failed") return new GenesisError({ code, subject, fact: `the call ended with ${failure.name}` });
  const fact = `${AWS_ERRORS[code][1]} (${failure.name})`;
  return new GenesisError({
    code,
    subject,
    fact,
    ...(code.startsWith("credentials-") && { effect: UNDONE, next: AGAIN }),
  });
}

const UNDONE = "Nothing that depends on it was done";
const AGAIN = "run the same command with sso, or with fresh --aws credentials";

/** How long one call may take with its retries, in milliseconds: a server that never answers must not hold a call for ever. */
const CALL_MS = 30_000;

/** A call of AWS; the client ends it by what it is given. */
export type Call = (limit: { abortSignal: AbortSignal }) => Promise<unknown>;

/** Makes a call and parses its answer. Throws a GenesisError that holds nothing of the answer. */
export async function callAws<Schema extends z.ZodType>(
  operation: string,
  call: Call,
  schema: Schema,
): Promise<z.output<Schema>> {
  const answer = await call({ abortSignal: AbortSignal.timeout(CALL_MS) }).catch((error: unknown) => {
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
  call: Call,
  schema: Schema,
  ...missing: readonly string[]
): Promise<z.output<Schema> | undefined> {
  const find: Call = (limit) =>
    call(limit).catch((error: unknown) => {
      if (missing.includes(readFailure(error).name)) return undefined;
      throw error;
    });
  return callAws(operation, find, schema.optional());
}

/** Each page is a call, and has the time of one. */
async function* renewLimit<Page>(pages: AsyncIterable<Page>, limit: Parameters<Call>[0]): AsyncIterable<Page> {
  for await (const page of pages) {
    yield page;
    limit.abortSignal = AbortSignal.timeout(CALL_MS);
  }
}

/** All pages of a list, from one of AWS's paginators. */
export function listAws<Page, Schema extends z.ZodType>(
  operation: string,
  paginate: (limit: Parameters<Call>[0]) => AsyncIterable<Page>,
  field: keyof Page,
  schema: Schema,
): Promise<z.output<Schema>> {
  return callAws(operation, (limit) => collectPages(renewLimit(paginate(limit), limit), field), schema);
}
