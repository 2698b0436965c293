/** What stands in AWS: a line for each thing, and its value; `true` where nothing more is to be said. */
export type Lines = Readonly<Record<string, unknown>>;

export function sortLines(lines: Lines): Lines {
  return Object.fromEntries(Object.entries(lines).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lines that say only that a thing is there. */
export function listThere(names: readonly string[]): Lines {
  return Object.fromEntries(names.map((name) => [name, true]));
}

export function toTags(tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = []): Lines {
  return sortLines(Object.fromEntries(tags.map(({ Key = "", Value }) => [Key, Value])));
}
