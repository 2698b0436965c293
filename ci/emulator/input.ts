import { ApiError } from "./answer.js";

/** Parsers of a call's input. They throw what AWS answers to a parameter that is missing or of another type. */
export type Input = Record<string, unknown>;

const refuse = (name: string, kind: string) =>
  new ApiError("ValidationException", `Value at '${name}' failed to satisfy constraint: Member must be ${kind}`);

export function readString(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== "string" || value === "") throw refuse(name, "a string that is not empty");
  return value;
}

export function readOptionalString(input: Input, name: string): string | undefined {
  return input[name] === undefined || input[name] === null ? undefined : readString(input, name);
}

export function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function readObject(input: Input, name: string): Input {
  const value = input[name];
  if (!isObject(value)) throw refuse(name, "an object");
  return value;
}

export function readObjects(input: Input, name: string): Input[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw refuse(name, "a list of objects");
  return value;
}

export function readStrings(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string"))
    throw refuse(name, "a list of strings");
  return value;
}

/** Tags, spelled with capitals by every service here. */
export function readTags(input: Input, name: string): Map<string, string> {
  return new Map(
    readObjects(input, name).map((tag) => [readString(tag, "Key"), typeof tag.Value === "string" ? tag.Value : ""]),
  );
}

/** Tags as a list, as answers have them. */
export function listTags(tags: ReadonlyMap<string, string> | undefined): { Key: string; Value: string }[] {
  return [...(tags ?? [])].map(([Key, Value]) => ({ Key, Value }));
}

/** One page of a list and the token of the next. Tokens are positions. */
export function paginate<T>(
  items: readonly T[],
  token: unknown,
  size: unknown,
): { page: T[]; next: string | undefined } {
  const start = typeof token === "string" && /^\d+$/.test(token) ? Number(token) : 0;
  const limit = Number(size) > 0 ? Number(size) : 100;
  const end = start + limit;
  return { page: items.slice(start, end), next: end < items.length ? String(end) : undefined };
}

/** Seconds since 1970, as AWS's JSON writes a time. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
