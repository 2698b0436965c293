import { readFile } from "node:fs/promises";
import { startEmulator } from "../native/start-emulator.js";
import { describeNumbers, type Measurement } from "./measure.js";

const RUNS = 7;

/** Start, fork and memory of the AWS emulator; memory is read from `/proc`, so on Linux alone. */
export const emulator: Measurement = {
  name: "emulator",
  title: "The AWS emulator",
  run: async () => {
    const [starts, forks, memory, more]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now();
      const running = await startEmulator();
      const started = performance.now();
      const copy = await running.fork();
      try {
        await copy.requests();
        forks.push(performance.now() - started);
        starts.push(started - began);
        memory.push(await readProcess(running.pid, "status", /^VmRSS:\s+(\d+)/m));
        more.push(await readProcess(copy.pid, "smaps_rollup", /^Private_Dirty:\s+(\d+)/m));
      } finally {
        await Promise.all([copy.close(), running.close()]);
      }
    }
    const megabytes = (sizes: number[]) => sizes.map((size) => size / 1000);
    return [
      describeNumbers("start", starts, "ms"),
      describeNumbers("fork, until the copy answers", forks, "ms"),
      describeNumbers("memory", megabytes(memory), "MB"),
      describeNumbers("memory that a copy adds", megabytes(more), "MB"),
    ];
  },
};

/** A number that Linux tells of a process. */
async function readProcess(pid: number, file: string, pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await readFile(`/proc/${pid}/${file}`, "utf8"))?.[1]);
}
