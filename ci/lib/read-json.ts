/** Deepest nesting that is read: what the module reads has less than 30, and what walks a value must not run out of stack. */
export const DEPTH_MAX = 100;

/** What a text came to: a value, or what is wrong with it, in words that repeat nothing of it. */
export type ReadJson = { value: unknown; problem?: never } | { value?: never; problem: string };

/**
 * Reads JSON more strictly than JSON.parse. A field that is given twice is refused, for a reviewer may have read the other one; so is
 * `__proto__`, which some code takes for more than a name; and what is nested deeper than DEPTH_MAX.
 */
export function readJson(text: string): ReadJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the mistake; a file may hold what should not be printed.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    return { problem: position === undefined ? "it is not JSON" : `it is not JSON at character ${position}` };
  }
  const problem = findProblem(text);
  return problem === undefined ? { value } : { problem };
}

/** Goes through a text that is JSON: `open` holds the fields of each object around the place, and undefined for each list. */
function findProblem(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = findEnd(text, at);
      const fields = expectsKey ? open.at(-1) : undefined;
      if (fields !== undefined) {
        const key: string = JSON.parse(text.slice(at, end + 1));
        if (key === "__proto__") return `it has a field __proto__ at character ${at}`;
        if (fields.has(key)) return `it gives a field twice, the second time at character ${at}`;
        fields.add(key);
      }
      expectsKey = false;
      at = end;
    } else if (character === "{" || character === "[") {
      if (open.length === DEPTH_MAX) return `it is nested deeper than ${DEPTH_MAX} at character ${at}`;
      expectsKey = character === "{";
      open.push(expectsKey ? new Set() : undefined);
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === ",") {
      expectsKey = open.at(-1) !== undefined;
    }
  }
  return undefined;
}

/** Where the string that begins at `start` ends. */
function findEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
