import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDockerfile } from "../../../ci/images/dockerfile/check.js";
import { FACTS, spelled } from "./spellings.js";

const check = (text: string) => checkDockerfile(text, FACTS);

describe("a spelling", () => {
  it("changes nothing of whether a thing is pinned", () => {
    fc.assert(
      fc.property(spelled, ({ text, isPinned }) => {
        const found = check(text).map(({ code }) => code);
        expect(found).toEqual(isPinned ? [] : ["dockerfile-unpinned"]);
      }),
      { numRuns: 2000 },
    );
  });
});
