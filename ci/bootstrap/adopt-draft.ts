import { isDeepStrictEqual } from "node:util";
import type { GenesisError } from "../lib/errors.js";
import { isObject, readAt as readValue } from "../lib/objects.js";
import type { HclEdit } from "../terraform/edit-hcl.js";
import { formatKey } from "../terraform/format-hcl.js";
import type { Import } from "./imports.js";

/** Something in AWS that the data cannot express. */
export interface Left {
  /** Such as `person bo, Billing in account shop`. */
  what: string;
  reason: string;
  /** What lets somebody do something, and what is closed and lets nobody do anything. */
  kind: "access" | "closed" | undefined;
}

/** What an adoption writes, and what it says. */
export interface Adoption {
  /** Changes of the data. */
  edits: HclEdit[];
  /** Documents to write, by their path below `terraform/`. */
  files: { path: string; text: string }[];
  /** What AWS has and the state does not. */
  imports: Import[];
  /** Sentences that say what the data says now and did not before. */
  changes: string[];
  /** What the data cannot express: it stays as it is. */
  left: Left[];
  /** What only a person can tell, by the field's path. */
  asked: string[];
}

/** An adoption while it is planned. */
export interface Draft extends Omit<Adoption, "asked"> {
  /** The data as it will be, without the escapes of HCL. */
  data: Record<string, unknown>;
  /** Addresses that the state has: nothing of these is touched. */
  managed: ReadonlySet<string>;
  /** Parsed JSON of `terraform/policies/` as it will be, by the path there. */
  documents: Map<string, unknown>;
  /** Entries that the data did not have: their fields are written with them. */
  added: Set<string>;
  errors: GenesisError[];
  /** What a person must do, beside placeholders. */
  wanted: string[];
}

/** A field of an entry as AWS has it. */
export interface Field {
  value: unknown;
  /** What a field says that is left out. */
  otherwise?: unknown;
  /** Whether the order of its items means nothing. */
  unordered?: boolean;
}

/** Starts from the data as it is. */
export function startDraft(
  data: Record<string, unknown>,
  managed: ReadonlySet<string>,
  documents: Readonly<Record<string, unknown>>,
): Draft {
  return {
    data: structuredClone(data),
    managed,
    documents: new Map(Object.entries(documents)),
    added: new Set(),
    edits: [],
    files: [],
    imports: [],
    changes: [],
    left: [],
    errors: [],
    wanted: [],
  };
}

/** What the data says at a path; undefined where it says nothing. */
export function readAt({ data }: Pick<Draft, "data">, path: readonly string[]): unknown {
  return readValue(data, path) ?? undefined;
}

/** The entries of a map of the data. */
export function listEntries(
  draft: Pick<Draft, "data">,
  field: string,
): [key: string, entry: Record<string, unknown>][] {
  const map = readAt(draft, [field]);
  return isObject(map) ? Object.entries(map).map(([key, entry]) => [key, isObject(entry) ? entry : {}]) : [];
}

/** The texts of a list of the data. */
export function listTexts(draft: Pick<Draft, "data">, path: readonly string[]): string[] {
  const list = readAt(draft, path);
  return Array.isArray(list) ? list.map(String) : [];
}

/** Writes an entry: what differs of one that is there, all of one that is not. */
export function writeEntry(draft: Draft, path: readonly string[], fields: Readonly<Record<string, Field>>): void {
  if (readAt(draft, path) === undefined) addEntry(draft, path);
  for (const [name, field] of Object.entries(fields)) writeField(draft, [...path, name], field);
}

function addEntry(draft: Draft, path: readonly string[]): void {
  const entry = {};
  setAt(draft, path, entry);
  draft.added.add(JSON.stringify(path));
  draft.edits.push({ path, value: entry });
  draft.changes.push(`${formatPath(path)} is adopted`);
}

/** Writes a field where it says something else. */
export function writeField(draft: Draft, path: readonly string[], { value: given, ...field }: Field): void {
  const value = normalize(given);
  const old = readAt(draft, path) ?? field.otherwise;
  if (isSame(old, value, field.unordered)) return;
  const written = isSame(value, field.otherwise, field.unordered) ? undefined : value;
  setAt(draft, path, written);
  if (path.some((_, index) => draft.added.has(JSON.stringify(path.slice(0, index))))) return;
  draft.edits.push({ path, value: written });
  draft.changes.push(`${formatPath(path)}: ${show(old)} → ${show(value)}`);
}

/** Adds to a list what it lacks. */
export function writeUnion(draft: Draft, path: readonly string[], more: readonly string[], otherwise: string[] = []) {
  const old = readAt(draft, path) === undefined ? otherwise : listTexts(draft, path);
  const missing = more.filter((each) => !old.includes(each));
  if (missing.length === 0) return;
  const value = [...old, ...missing];
  setAt(draft, path, value);
  draft.edits.push({ path, value });
  draft.changes.push(`${formatPath(path)}: ${missing.map(show).join(", ")} added`);
}

/** Writes a document of `terraform/policies/`, unless the same stands there. */
export function writeDocument(draft: Draft, file: string, document: unknown): void {
  if (isDeepStrictEqual(draft.documents.get(file), document)) return;
  draft.documents.set(file, document);
  draft.files.push({ path: `policies/${file}`, text: `${JSON.stringify(document, null, 2)}\n` });
}

/** Notes that something stays as it is. */
export function leave(draft: Draft, what: string, reason: string, kind?: Left["kind"]): void {
  draft.left.push({ what, reason, kind });
}

export const formatLeft = ({ what, reason }: Left): string => `${what}: ${reason}`;

/** Notes an import, unless the state has the address. */
export function importAs({ imports, managed }: Draft, address: string, id: string): void {
  if (!managed.has(address)) imports.push({ address, id });
}

/** `accounts.shop.ou`, with quotes where HCL needs them. */
export function formatPath(path: readonly string[]): string {
  return path.map(formatKey).join(".");
}

function setAt({ data }: Draft, path: readonly string[], value: unknown): void {
  const last = path.at(-1) ?? "";
  let object = data;
  for (const key of path.slice(0, -1)) {
    if (!isObject(readAt({ data: object }, [key]))) object[key] = {};
    object = object[key] as Record<string, unknown>;
  }
  if (value === undefined) delete object[last];
  else object[last] = value;
}

function isSame(a: unknown, b: unknown, unordered = false): boolean {
  if (unordered && Array.isArray(a) && Array.isArray(b)) return isDeepStrictEqual(sortItems(a), sortItems(b));
  return isDeepStrictEqual(dropMissing(a), dropMissing(b));
}

/** A field that is null is one that is left out. */
function dropMissing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropMissing);
  if (!isObject(value)) return value ?? undefined;
  const entries = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, dropMissing(each)]));
}

function sortItems(list: readonly unknown[]): unknown[] {
  return [...new Set(list.map((each) => JSON.stringify(sortKeys(each))))].sort();
}

function sortKeys(value: unknown): unknown {
  return isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** Texts in their composed form (NFC), as Terraform's are: AWS keeps whatever it was given. */
function normalize(value: unknown): unknown {
  if (typeof value === "string") return value.normalize("NFC");
  if (Array.isArray(value)) return value.map(normalize);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key.normalize("NFC"), normalize(each)]));
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
