import { describe, expect, it } from "vitest";
import { fuzzParser } from "./fuzz-parser.js";
import { EXPLAINERS, PARSERS } from "./parsers.js";

/** How many documents a parser gets; `npm run fuzz` gives it 100,000, and names one of them by `-- -t NAME`. */
const RUNS = Number(process.env.GENESIS_FUZZ_RUNS ?? 300);
/** Another one tries other documents. A failure says which it was, and the smallest document. */
const SEED = Number(process.env.GENESIS_FUZZ_SEED ?? 1);

describe("a parser of what comes from outside", { timeout: 30 * 60_000 + RUNS * 100 }, () => {
  it.each(Object.keys(PARSERS))(
    "takes or refuses whatever it is given, with a code and without the secret: %s",
    async (name) => {
      const { accepted, refused } = await fuzzParser(name, { runs: RUNS, seed: SEED });
      // A corpus of which nothing is good, or nothing is bad, would show nothing.
      expect(accepted > 0, "something was accepted").toBe(!EXPLAINERS.has(name));
      expect(refused, "nothing was refused").toBeGreaterThan(0);
    },
  );
});
