import { describe, expect, it } from "vitest";
import { fuzzParser, RUNS } from "./fuzz-parser.js";
import { EXPLAINERS, PARSERS } from "./parsers.js";

describe("a parser of what comes from outside", () => {
  it.each(Object.keys(PARSERS))(
    "takes or refuses whatever it is given, with a code and without the secret: %s",
    async (name) => {
      const { accepted, refused } = await fuzzParser(name, { runs: RUNS, seed: 1 });
      // A corpus of which nothing is good, or nothing is bad, would show nothing.
      expect(accepted > 0, "something was accepted").toBe(!EXPLAINERS.has(name));
      expect(refused, "nothing was refused").toBeGreaterThan(0);
    },
  );
});
