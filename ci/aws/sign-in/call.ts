import type { z } from "zod";
import { classifyFailure, describeFailure, refuseAnswer, type SignInPlace } from "./failures.js";

/** Makes one call and parses its answer. Throws a GenesisError that holds nothing of what was sent or answered. */
export async function callParsed<Schema extends z.ZodType>(
  place: SignInPlace,
  operation: string,
  call: () => Promise<unknown>,
  schema: Schema,
): Promise<z.output<Schema>> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    throw describeFailure(place, operation, classifyFailure(error));
  }
  return parseAnswer(place, operation, answer, schema);
}

/** Parses an answer. Throws `sign-in-failed` with the name of the field that is not as it should be. */
export function parseAnswer<Schema extends z.ZodType>(
  place: SignInPlace,
  operation: string,
  answer: unknown,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw refuseAnswer(place, operation, result.error.issues[0]?.path.join(".") ?? "");
}
