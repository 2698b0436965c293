import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { it } from "vitest";
import { makeClone, PLATFORMS } from "../test/e2e/clone.js";
import { ROOT } from "../tools/find-tool.js";
import { findEngine } from "./find-engine.js";
import { compare, formatSample, QUICK, report, skip, timeOf } from "./measure.js";

/** A rehearsal takes minutes. */
const REHEARSALS = 2;

if (QUICK) skip("Rehearsals: a quick run leaves them out, for each takes minutes.");
const answers = QUICK ? false : await findEngine("The rehearsal on an engine");

it.runIf(!QUICK)("rehearsals, on an engine and natively", { timeout: 60 * 60_000 }, async () => {
  const clone = await makeClone();
  const call = ["call", "rehearse", ...(PLATFORMS === undefined ? [] : [`--platforms=${PLATFORMS}`])];
  const native = () =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "dev/native/rehearse.ts", "--native"], {
      cwd: ROOT,
      maxBuffer: 1 << 26,
    });
  const onEngine = async () => {
    const { code, stderr } = await clone.dagger(call);
    if (code !== 0) throw new Error(stderr);
  };
  try {
    const [natively, engine] = await compare(answers ? [native, onEngine] : [native], REHEARSALS);
    if (natively === undefined) throw new Error("no sample");
    const seconds = (sample: typeof natively) => ({
      median: sample.median / 1000,
      min: sample.min / 1000,
      max: sample.max / 1000,
    });
    report({
      title: `The rehearsal (${REHEARSALS} of each, after one that builds)`,
      header: ["", "s"],
      rows: [
        ["natively: `npm run rehearse -- --native`", formatSample(seconds(natively))],
        ...(engine === undefined ? [] : [[`on an engine: \`dagger call rehearse\``, formatSample(seconds(engine))]]),
      ],
      figures: [
        timeOf("rehearsal, natively", natively),
        ...(engine === undefined ? [] : [timeOf("rehearsal on an engine", engine)]),
      ],
    });
  } finally {
    await clone.remove();
  }
});
