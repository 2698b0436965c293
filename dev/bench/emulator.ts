import { readFile } from "node:fs/promises";
import { startTestEmulator } from "../test/emulator/start-emulator.js";
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
      const running = await startTestEmulator();
      const started = performance.now();
      try {
        const pid = await fork(running.url);
        forks.push(performance.now() - started);
        starts.push(started - began);
        const parent = await readProcess(pid, "status", /^PPid:\s+(\d+)/m);
        memory.push(await readProcess(parent, "status", /^VmRSS:\s+(\d+)/m));
        more.push(await readProcess(pid, "smaps_rollup", /^Private_Dirty:\s+(\d+)/m));
      } finally {
        await running.close();
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

/** Copies the running emulator, until the copy answers; the copy's process id. Copies end with the emulator. */
async function fork(url: string): Promise<number> {
  const answer = await fetch(`${url}/_emulator/fork`, { method: "POST" });
  if (!answer.ok) throw new Error(`the emulator does not fork: ${answer.status} ${await answer.text()}`);
  const { port, pid } = (await answer.json()) as { port: number; pid: number };
  await fetch(`http://127.0.0.1:${port}/_emulator/requests`);
  return pid;
}

/** A number that Linux tells of a process. */
async function readProcess(pid: number, file: string, pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await readFile(`/proc/${pid}/${file}`, "utf8"))?.[1]);
}
