import { isObject } from "../lib/objects.js";
import { alignHcl } from "./align-hcl.js";

/** Longest line on which a list stands whole. */
export const LINE_MAX = 100;

/**
 * A value as `terraform fmt` leaves it: objects over lines, lists of texts and numbers on one where they fit. Entries that are undefined are
 * left out. `indent` is that of the line on which it begins, which is not part of it.
 */
export function formatHcl(value: unknown, indent = 0): string {
  const text = formatValue(escapeValue(value), indent, indent);
  return alignHcl(text, 0, text.length);
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

/** A value of `escapeValue`. `column` is where it begins on its line. */
export function formatValue(value: unknown, indent: number, column: number): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return formatList(value, indent, column);
  if (isObject(value)) return formatObject(value, indent);
  return JSON.stringify(value);
}

/** `key = value` of `escapeValue`. */
export function formatEntry(key: string, value: unknown, indent: number): string {
  const start = `${formatEscapedKey(key)} = `;
  return `${start}${formatValue(value, indent, indent + start.length)}`;
}

function formatList(items: readonly unknown[], indent: number, column: number): string {
  const line = `[${items.map((item) => formatValue(item, 0, 0)).join(", ")}]`;
  if (!items.some((item) => typeof item === "object" && item !== null) && column + line.length <= LINE_MAX) return line;
  const inner = indent + 2;
  const lines = items.map((item) => `${" ".repeat(inner)}${formatValue(item, inner, inner)},\n`);
  return items.length === 0 ? "[]" : `[\n${lines.join("")}${" ".repeat(indent)}]`;
}

function formatObject(value: object, indent: number): string {
  const inner = indent + 2;
  const entries = Object.entries(value).map(([key, each]) => formatEntry(key, each, inner));
  if (entries.length === 0) return "{}";
  return `{\n${entries.map((entry) => `${" ".repeat(inner)}${entry}\n`).join("")}${" ".repeat(indent)}}`;
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
