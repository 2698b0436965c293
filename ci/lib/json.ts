import type { z } from "zod";
import { GenesisError, throwErrors } from "./errors.js";
import { readJson } from "./read-json.js";

/** Largest settings file, in characters: a thousand images come to half of it. */
const TEXT_MAX = 1 << 20;
/** How many wrong fields are told one by one. */
const FIELDS_MAX = 20;
/** A field's name that can be shown as it is. */
const PLAIN_KEY = /^[\w./-]{1,80}$/;

/** Parses a JSON file. Throws `json-invalid` with the place of what is wrong, never with the text itself. */
export function parseJson(text: string, subject: string): unknown {
  if (text.length > TEXT_MAX) throw refuseJson(subject, `it has more than ${TEXT_MAX} characters`);
  const read = readJson(text);
  if (read.problem !== undefined) throw refuseJson(subject, read.problem);
  return read.value;
}

/** `a.b[0]` of a zod issue's path. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? showKey(String(key)) : `${text}.${showKey(String(key))}`;
  }, "");
}

function showKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : JSON.stringify(key.slice(0, 80));
}

/** Parses JSON text with a schema. Throws `json-invalid`, or `field-invalid` for each field with its path. */
export function parseJsonWith<Schema extends z.ZodType>(
  text: string,
  subject: string,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(parseJson(text, subject));
  if (result.success) return result.data;
  const { issues } = result.error;
  const more =
    issues.length > FIELDS_MAX ? `; ${issues.length - FIELDS_MAX} more fields are not as they should be` : "";
  const errors = issues.slice(0, FIELDS_MAX).map((issue, index) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
    const path = formatPath(keys.length === 1 ? [...issue.path, keys[0] as string] : issue.path);
    const unknown = keys.slice(0, FIELDS_MAX).map(showKey).join(", ");
    const fact = keys.length > 0 ? `unknown field ${unknown}` : issue.message.replace(/\.$/, "");
    return new GenesisError({
      code: "field-invalid",
      subject: path === "" ? subject : `${subject} ${path}`,
      fact: index === FIELDS_MAX - 1 ? `${fact}${more}` : fact,
    });
  });
  throwErrors(errors);
  throw new Error("unreachable: a failed parse has issues");
}

function refuseJson(subject: string, fact: string): GenesisError {
  return new GenesisError({ code: "json-invalid", subject, fact });
}
