import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { startMoto } from "../../ci/emulator/moto.js";
import { startTestEmulator } from "../test/emulator/start-emulator.js";
import { findTool } from "../tools/find-tool.js";
import { compare, formatSample, report, timeOf } from "./measure.js";
import type { Figure } from "./results.js";

/** Resident memory of a process in MB; Linux only, as `/proc` is. */
async function readMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000;
}

it("the emulator's start against moto's alone", async () => {
  const motoServer = await findTool("moto_server");
  let memory = 0;
  const [emulator, moto] = await compare([
    async () => {
      const running = await startTestEmulator();
      expect((await fetch(running.url)).status).toBeGreaterThan(0);
      memory = await readMemory(running.motoPid);
      await running.close();
    },
    async () => {
      const running = await startMoto(motoServer);
      await running.stop();
    },
  ]);
  if (!emulator || !moto) throw new Error("no sample");
  const size: Figure = { name: "moto's memory after its start", unit: "MB", median: memory, min: memory, max: memory };
  report({
    title: "Start and end of the AWS emulator",
    header: ["", "ms"],
    rows: [
      ["moto alone", formatSample(moto)],
      ["the emulator, which starts moto", formatSample(emulator)],
    ],
    notes: [`After its start moto takes ${memory.toFixed(0)} MB.`],
    figures: [timeOf("emulator start", emulator), size],
  });
});
