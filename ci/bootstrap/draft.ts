import { isDeepStrictEqual } from "node:util";
import type { GenesisError } from "../lib/errors.js";
import type { HclEdit } from "../terraform/edit-hcl.js";
import { isObject } from "../terraform/format-hcl.js";
import type { Import } from "./imports.js";

/** What an adoption comes to: what is to be written, and what a person should know of it. */
export interface Adoption {
  edits: HclEdit[];
  /** Policy documents, by their path in the repository. */
  files: { path: string; text: string }[];
  imports: Import[];
  /** Each change of the data, in words. */
  changes: string[];
  /** What the data cannot express: it stays as it is. */
  left: string[];
  /** Fields that nobody but a person can tell. */
  asked: string[];
}

/** An adoption as it grows. */
export interface Draft extends Adoption {
  /** The data as it will be. */
  data: Record<string, unknown>;
  /** What AWS has other ids of than the data. */
  errors: GenesisError[];
  /** Writes a value, where the data says another or none. */
  set(path: readonly string[], value: unknown): void;
  /** The value at a path of the data. */
  get(path: readonly string[]): unknown;
  /** Imports a resource, unless the state has it. */
  import(address: string, id: string): void;
  /** Whether the state has a resource: then its data is not touched. */
  isManaged(address: string): boolean;
}

/** Starts with the data as it stands. */
export function startDraft(data: Record<string, unknown>, managed: ReadonlySet<string>): Draft {
  const draft: Draft = {
    ...{ edits: [], files: [], imports: [], changes: [], left: [], asked: [], errors: [] },
    data: structuredClone(data),
    get: (path) => readPath(draft.data, path),
    set: (path, value) => {
      const before = readPath(draft.data, path);
      if (isDeepStrictEqual(toPlain(before), toPlain(value))) return;
      draft.edits.push({ path, value });
      draft.changes.push(describeChange(path, before, value));
      writePath(draft.data, path, structuredClone(value));
    },
    import: (address, id) => {
      if (!managed.has(address)) draft.imports.push({ address, id });
    },
    isManaged: (address) => managed.has(address),
  };
  return draft;
}

/** The keys of an object of the data; none where it is absent. */
export function listKeys(draft: Draft, field: string): string[] {
  const value = draft.get([field]);
  return isObject(value) ? Object.keys(value) : [];
}

/** The entries of an object of the data, as far as they are objects. */
export function listEntries(draft: Draft, field: string): [key: string, value: Record<string, unknown>][] {
  const value = draft.get([field]);
  if (!isObject(value)) return [];
  return Object.entries(value)
    .flatMap(([key, each]) => (isObject(each) ? [[key, each] as const] : []))
    .map(([key, each]) => [key, each]);
}

/** What AWS calls an entry: its name, else its key. */
export function nameEntry([key, { name }]: readonly [string, Record<string, unknown>]): string {
  return typeof name === "string" ? name : key;
}

function readPath(data: unknown, path: readonly string[]): unknown {
  let at = data;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

function writePath(data: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const last = path.at(-1) ?? "";
  let at = data;
  for (const key of path.slice(0, -1)) {
    const next = at[key];
    if (isObject(next)) at = next;
    else {
      const made: Record<string, unknown> = {};
      at[key] = made;
      at = made;
    }
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
}

function describeChange(path: readonly string[], before: unknown, value: unknown): string {
  const name = path.join(".");
  const text = (each: unknown) => JSON.stringify(each);
  if (before === undefined) return isObject(value) ? `${name} is adopted` : `${name} = ${text(value)}`;
  return value === undefined ? `${name} is removed` : `${name}: ${text(before)} → ${text(value)}`;
}

/** Without the difference between objects that parsers make. */
const toPlain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
