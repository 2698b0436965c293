import { formatAddress } from "../terraform/address.js";
import { type Draft, leave, listEntries } from "./adopt-draft.js";

/** What an entry of the data is in AWS. */
export interface Resolved<Seen> {
  seen: Seen;
  key: string;
  /** Whether the data had no such entry. */
  isNew: boolean;
  /** Whether the state has it: its entry is not touched. */
  isManaged: boolean;
}

/** Entries of the data that are one resource of the code. */
export interface Kind<Seen> {
  field: string;
  type: string;
  /** The resource's name; `this` by default. */
  resource?: string;
  /** Of entries in a tree, the key above, with a slash at its end. Only what is directly below it counts. */
  above?: string;
  /** What one is called in sentences. */
  noun: string;
  /** How a sentence names one, where that is not its name. */
  describe?(seen: Seen): string;
  /** AWS's name, which the data has as `name` where it is not the key. */
  nameOf(seen: Seen): string;
  /** Finds the entry by something else than its name first. */
  match?(seen: Seen, entries: ReadonlyMap<string, Record<string, unknown>>): string | undefined;
  /** Whether an entry can be told by its name alone; it can by default. */
  matchByName?: boolean;
  /** A last attempt, where no name fits. */
  matchLast?: Kind<Seen>["match"];
  /** The key of a new entry, as far as it is free. */
  keyOf?(name: string): string;
  reserved?: readonly string[];
  /** Whether names may differ in case only; the data's checks refuse that of most. */
  exact?: boolean;
}

/**
 * Says which entry of the data each thing of AWS is, and chooses keys for those that have none. What the data no longer has and the state
 * still has is left out: it is on its way out.
 */
export function resolveKeys<Seen>(draft: Draft, kind: Kind<Seen>, seen: readonly Seen[]): Resolved<Seen>[] {
  const { nameOf, exact, above = "", resource = "this", describe = nameOf } = kind;
  const sorted = [...seen].sort((a, b) => compare(nameOf(a), nameOf(b)));
  const entries = new Map(listBelow(draft, kind.field, above));
  const keys = matchKeys(kind, sorted, entries);
  const address = (key: string) => formatAddress(kind.type, resource, key);
  const named = new Set([...entries].map(([key, { name }]) => fold(String(name ?? key))));
  const taken = new Set(entries.keys());
  const resolved: Resolved<Seen>[] = [];
  const added: Resolved<Seen>[] = [];
  const known = new Set<string>([...keys.values()].map(address));
  for (const each of sorted) {
    const name = nameOf(each);
    const key = keys.get(each);
    if (key !== undefined) {
      resolved.push({ seen: each, key, isNew: false, isManaged: draft.managed.has(address(key)) });
      continue;
    }
    if (!exact && named.has(fold(name))) {
      leave(draft, `${kind.noun} ${describe(each)}`, "its name differs from another one's in case only");
      continue;
    }
    const isTaken = (one: string) => taken.has(`${above}${one}`);
    const chosen = `${above}${chooseKey(kind.keyOf?.(name) ?? name, isTaken, kind.reserved)}`;
    if (draft.managed.has(address(chosen))) {
      known.add(address(chosen));
      continue;
    }
    named.add(fold(name));
    taken.add(chosen);
    added.push({ seen: each, key: chosen, isNew: true, isManaged: false });
  }
  const start = address(above).slice(0, -2);
  const strays = [...draft.managed].filter((one) => one.startsWith(start) && !known.has(one));
  return [...resolved, ...refuseStrays(draft, kind, added, strays)];
}

/** Entries directly below a key, each with its name. */
function listBelow(draft: Draft, field: string, above: string): [key: string, entry: Record<string, unknown>][] {
  return listEntries(draft, field).flatMap(([key, entry]) => {
    const own = key.startsWith(above) ? key.slice(above.length) : "";
    return own === "" || own.includes("/") ? [] : [[key, { ...entry, name: entry.name ?? own }]];
  });
}

/** One that seems new may be one that the state has under another name: an import would then give it to two addresses. */
function refuseStrays<Seen>(draft: Draft, kind: Kind<Seen>, added: Resolved<Seen>[], strays: readonly string[]) {
  if (strays.length === 0) return added;
  for (const { seen } of added) {
    const what = `${kind.noun} ${(kind.describe ?? kind.nameOf)(seen)}`;
    const names = strays.join(", ");
    leave(draft, what, `it may be one that the state has under another name (${names}); apply, then adopt again`);
  }
  return [];
}

function matchKeys<Seen>(
  { match, matchByName = true, matchLast, nameOf, exact }: Kind<Seen>,
  seen: readonly Seen[],
  entries: Map<string, Record<string, unknown>>,
): Map<Seen, string> {
  const free = new Map(entries);
  const keys = new Map<Seen, string>();
  const attempt = (find: Kind<Seen>["match"]) => {
    for (const each of seen) {
      const key = keys.has(each) ? undefined : find?.(each, free);
      if (key === undefined) continue;
      keys.set(each, key);
      free.delete(key);
    }
  };
  attempt(match);
  if (matchByName) attempt((each, among) => findNamed(among, (name) => name === nameOf(each).normalize("NFC")));
  if (!exact) attempt((each, among) => findNamed(among, (name) => fold(name) === fold(nameOf(each))));
  attempt(matchLast);
  return keys;
}

/** The key of the entry whose name fits; undefined where that is not exactly one. */
export function findNamed(
  entries: ReadonlyMap<string, Record<string, unknown>>,
  fits: (name: string) => boolean,
): string | undefined {
  const [first, ...others] = [...entries].filter(([key, { name }]) => fits(String(name ?? key)));
  return others.length === 0 ? first?.[0] : undefined;
}

/** Compares as AWS and the data's checks do. */
export function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** A key for a new entry: the name where it can be one, else a slug of it; with a number where it is taken. */
export function chooseKey(name: string, isTaken: (key: string) => boolean, reserved: readonly string[] = []): string {
  const composed = name.normalize("NFC");
  const first = canBeKey(composed) ? composed : slugify(composed);
  let key = first;
  for (let count = 2; isTaken(key) || reserved.includes(key); count++) key = `${first}-${count}`;
  return key;
}

function canBeKey(name: string): boolean {
  return /^[^/:\p{C}\s](?:[^/:\p{C}]*[^/:\p{C}\s])?$/u.test(name) && name !== "__proto__" && !name.includes("..");
}

/** Lower-case letters, digits and hyphens. */
export function slugify(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "unnamed";
}

/** `name` of an entry: left out where the key says it. */
export const describeName = (key: string, name: string) => ({ value: name, otherwise: key });

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
