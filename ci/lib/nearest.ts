/** Above this many edits a suggestion would be a guess. */
const MAX_EDITS = 3;

/** The candidate with the fewest edits from `text`, or undefined when none is near. */
export async function findNearest(text: string, candidates: readonly string[]): Promise<string | undefined> {
  if (candidates.length === 0) return undefined;
  const { closest, distance } = await import("fastest-levenshtein");
  const nearest = closest(text, [...candidates]);
  return distance(text, nearest) <= MAX_EDITS ? nearest : undefined;
}
