import { writeFileSync } from "node:fs";
import { fuzzParser } from "./fuzz-parser.js";

/** Fuzzes one parser in a process of its own; `main.ts` watches the file of the present document, and sees by it when one never ends. */
const [name = "", runs, seed, file = ""] = process.argv.slice(2);
const result = await fuzzParser(name, {
  runs: Number(runs),
  seed: Number(seed),
  onRun: (text) => writeFileSync(file, text),
});
process.send?.({ ...result, codes: [...result.codes] });
