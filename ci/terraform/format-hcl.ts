import { isObject } from "../lib/objects.js";

/** Longest list that stands on one line. */
const LIST_MAX = 80;

/** A value as HCL: objects over lines, lists of texts and numbers on one where they fit. Entries that are undefined are left out. */
export function formatHcl(value: unknown): string {
  return formatValue(escapeValue(value));
}

/** A key of an object, in quotes where it must have them. */
export function formatKey(key: string): string {
  return formatEscapedKey(escapeText(key));
}

/**
 * What parse-hcl.ts gives for a value: templates stay escaped in it, and texts are in their composed form (NFC), as Terraform's are.
 * https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export function escapeValue(value: unknown): unknown {
  if (typeof value === "string") return escapeText(value);
  if (Array.isArray(value)) return value.map(escapeValue);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [escapeText(key), escapeValue(each)]));
}

/** One text or key of `escapeValue`. */
export function escapeText(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign).normalize("NFC");
}

/** A value of `escapeValue`, without the spaces of `terraform fmt`. */
export function formatValue(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return formatList(value);
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${formatEntry(key, each)}\n`);
  return entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
}

/** `key = value` of `escapeValue`. */
export function formatEntry(key: string, value: unknown): string {
  return `${formatEscapedKey(key)} = ${formatValue(value)}`;
}

function formatList(list: readonly unknown[]): string {
  const items = list.map(formatValue);
  const line = `[${items.join(", ")}]`;
  if (!list.some((item) => typeof item === "object" && item !== null) && line.length <= LIST_MAX) return line;
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `${item},\n`).join("")}]`;
}

function formatEscapedKey(key: string): string {
  return /^(?!for$)[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(key) ? key : quote(key);
}

/** HCL knows fewer escapes than JSON. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/\\./g, (pair) => {
    return { "\\b": "\\u0008", "\\f": "\\u000c" }[pair] ?? pair;
  });
}

/** The texts and keys of what parse-hcl.ts gives as they are meant: it leaves the escapes of templates as they are. */
export function unescapeValue(value: unknown): unknown {
  if (typeof value === "string") return unescapeText(value);
  if (Array.isArray(value)) return value.map(unescapeValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [unescapeText(key), unescapeValue(each)]));
}

/** One text or key of `unescapeValue`. */
export function unescapeText(text: string): string {
  return text.replaceAll(/([$%])\1(?=\{)/g, "$1");
}
