import type { z } from "zod";
import { GenesisError, throwErrors } from "./errors.js";

/** Parses JSON text. Throws `json-invalid` with the parser's position, never with the text itself. */
export function parseJson(text: string, subject: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the mistake; a settings file may hold what should not be printed.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new GenesisError({
      code: "json-invalid",
      subject,
      fact: position === undefined ? "the file is not JSON" : `the file is not JSON at character ${position}`,
      effect: "Nothing was built or published",
      next: "correct the file",
    });
  }
}

/** `a.b[0]` of a zod issue's path. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

/** Parses JSON text with a schema. Throws `json-invalid`, or `field-invalid` for each field with its path. */
export function parseJsonWith<Schema extends z.ZodType>(
  text: string,
  subject: string,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(parseJson(text, subject));
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
    const path = formatPath(keys.length === 1 ? [...issue.path, keys[0] as string] : issue.path);
    return new GenesisError({
      code: "field-invalid",
      subject: path === "" ? subject : `${subject} ${path}`,
      fact: keys.length > 0 ? `unknown field ${keys.join(", ")}` : issue.message.replace(/\.$/, ""),
      effect: "Nothing was built or published",
      next: "correct the field; docs/settings.md lists them",
    });
  });
  throwErrors(errors);
  throw new Error("unreachable: a failed parse has issues");
}
