import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Digest, parseDigest } from "../../../ci/lib/names.js";
import { decidePrune, type Rules } from "../../../ci/prune/decide.js";
import type { StoredImage } from "../../../ci/registry/inventory.js";

const NOW = new Date("2026-06-01T00:00:00Z");
const digestOf = (number: number): Digest => parseDigest(`sha256:${number.toString(16).padStart(64, "0")}`, "test");
const daysAgo = (days: number) => new Date(NOW.valueOf() - days * 86_400_000);
const RULES: Rules = { locked: new Set(), current: new Set(), olderThanDays: 90, now: NOW };

/** An old image with a tag, unless it says otherwise. */
function image(number: number, changes: Partial<StoredImage> = {}): StoredImage {
  const digest = digestOf(number);
  return { digest, tags: [`in-${number}`], pushedAt: daysAgo(100), children: [], subject: undefined, ...changes };
}
const removed = (images: StoredImage[], rules: Partial<Rules> = {}) =>
  decidePrune(images, { ...RULES, ...rules }).flatMap(({ image: { digest }, remove }) =>
    remove ? [Number.parseInt(digest.slice(7), 16)] : [],
  );

describe("what goes", () => {
  it("is what nothing keeps: not locked, not current, not young, not of unknown age", () => {
    const images = [
      image(1),
      image(2),
      image(3),
      image(4, { pushedAt: daysAgo(89) }),
      image(5, { pushedAt: undefined }),
      image(6, { pushedAt: daysAgo(90) }),
    ];
    expect(removed(images, { locked: new Set([digestOf(2)]), current: new Set([digestOf(3)]) })).toEqual([1, 6]);
  });

  it("is never younger than a day, whatever is asked for", () => {
    const images = [image(1, { pushedAt: daysAgo(0.99) }), image(2, { pushedAt: daysAgo(1) })];
    for (const olderThanDays of [0, -5, 1]) expect(removed(images, { olderThanDays })).toEqual([2]);
  });

  it("goes with what is about it, after it: an index, what it names, its signatures", () => {
    const images = [
      image(4, { tags: [], subject: digestOf(1), pushedAt: daysAgo(1) }),
      image(3, { tags: [digestOf(1).replace(":", "-")], children: [digestOf(4)], pushedAt: daysAgo(1) }),
      image(2, { tags: [] }),
      image(1, { children: [digestOf(2)] }),
    ];
    expect(removed(images)).toEqual([1, 2, 3, 4]);
    expect(removed(images, { locked: new Set([digestOf(1)]) })).toEqual([]);
  });

  it("is no part that another image still needs, and no signature of a part", () => {
    const images = [
      image(1, { children: [digestOf(3)] }),
      image(2, { children: [digestOf(3)] }),
      image(3, { tags: [] }),
      image(4, { tags: [], subject: digestOf(3) }),
    ];
    expect(removed(images, { locked: new Set([digestOf(2)]) })).toEqual([1]);
  });

  it("is what is about an image that is gone, by its own age", () => {
    const orphans = [
      image(1, { tags: [], subject: digestOf(9) }),
      image(2, { subject: digestOf(9), pushedAt: daysAgo(2) }),
    ];
    expect(removed(orphans)).toEqual([1]);
  });

  it("never is anything that a locked image reaches", () => {
    const numbers = fc.integer({ min: 1, max: 6 });
    const stored = fc.record({
      children: fc.uniqueArray(numbers, { maxLength: 3 }),
      subject: fc.option(numbers, { nil: undefined }),
      age: fc.integer({ min: 0, max: 200 }),
    });
    fc.assert(
      fc.property(fc.array(stored, { minLength: 6, maxLength: 6 }), numbers, (specs, lockedNumber) => {
        const images = specs.map(({ children, subject, age }, index) =>
          image(index + 1, {
            children: children.map(digestOf),
            // Something is not about itself, and a locked image is an image.
            subject:
              subject === undefined || subject === index + 1 || index + 1 === lockedNumber
                ? undefined
                : digestOf(subject),
            pushedAt: daysAgo(age),
          }),
        );
        const gone = new Set(removed(images, { locked: new Set([digestOf(lockedNumber)]) }));
        const reached = new Set([lockedNumber]);
        for (let size = 0; size !== reached.size; ) {
          size = reached.size;
          for (const [index, { children, subject }] of images.entries()) {
            const own = index + 1;
            if (subject !== undefined && reached.has(Number.parseInt(subject.slice(7), 16))) reached.add(own);
            if (reached.has(own)) for (const child of children) reached.add(Number.parseInt(child.slice(7), 16));
          }
        }
        for (const number of reached) expect(gone.has(number)).toBe(false);
      }),
    );
  });
});
