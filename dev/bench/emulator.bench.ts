import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { type Emulator, startEmulator } from "../native/start-emulator.js";
import { compare, formatSample, report, timeOf } from "./measure.js";
import type { Figure } from "./results.js";

/** Resident memory of a process in MB; Linux only, as `/proc` is. */
async function readMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000;
}

it("the emulator's start against a fork of one that runs", async () => {
  let memory = 0;
  const use = async (emulator: Emulator) => {
    expect(await emulator.requests()).toEqual([]);
    memory = await readMemory(emulator.pid);
    await emulator.close();
  };
  const running = await startEmulator();
  const [fork, start] = await compare([async () => use(await running.fork()), async () => use(await startEmulator())]);
  await running.close();
  if (!start || !fork) throw new Error("no sample");
  const size: Figure = {
    name: "emulator's memory after its start",
    unit: "MB",
    median: memory,
    min: memory,
    max: memory,
  };
  report({
    title: "Start and end of the AWS emulator",
    header: ["", "ms"],
    rows: [
      ["start", formatSample(start)],
      ["fork", formatSample(fork)],
    ],
    notes: [`After its start it takes ${memory.toFixed(0)} MB.`],
    figures: [timeOf("emulator start", start), timeOf("emulator fork", fork), size],
  });
});
