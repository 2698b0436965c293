/** Words that name something else where a key may stand. */
const RESERVED = new Set(["management", "root", "*"]);

/** Whether AWS's name can be a key as it is. */
export function canBeKey(name: string): boolean {
  return name !== "" && !/[/:]|^\s|\s$|[\p{Cc}]/u.test(name) && !RESERVED.has(name);
}

/** Lower-case letters, digits and hyphens of a name. */
export function makeSlug(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" || RESERVED.has(slug) ? `${slug === "" ? "unnamed" : slug}-1` : slug;
}

/** A key that nobody has yet: the wish, else the wish with a number. */
export function chooseKey(wish: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  if (!known.has(wish)) return wish;
  let number = 2;
  while (known.has(`${wish}-${number}`)) number++;
  return `${wish}-${number}`;
}

/** The key of a new entry and, where that is not AWS's name, its `name`. */
export function chooseEntry(name: string, taken: Iterable<string>): { key: string; name?: string } {
  const key = chooseKey(canBeKey(name) ? name : makeSlug(name), taken);
  return key === name ? { key } : { key, name };
}
