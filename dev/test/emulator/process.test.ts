import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startEmulator } from "../../native/start-emulator.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { isAlive, waitUntilGone } from "./processes.js";
import { callQuery } from "./raw-calls.js";

const identify = (url: string) => callQuery(url, "sts", { Action: "GetCallerIdentity" });

/** Starts it as the container does: no pipe to whoever started it. */
async function serve() {
  const args = ["-B", "-m", "genesis_emulator", "--host", "127.0.0.1"];
  const env = { ...process.env, PYTHONPATH: join(ROOT, "ci", "emulator") };
  const child = spawn(await findTool("moto"), args, { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const line = await new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))));
  const { port, pid } = JSON.parse(line);
  expect(pid).toBe(child.pid);
  return { child, ended, url: `http://127.0.0.1:${port}` };
}

it("leaves no process and no listener behind when it closes, and closes twice", async () => {
  const listeners = process.listenerCount("SIGTERM");
  const emulator = await startEmulator();
  expect(isAlive(emulator.pid)).toBe(true);
  await emulator.close();
  expect(isAlive(emulator.pid)).toBe(false);
  await emulator.close();
  expect(process.listenerCount("SIGTERM")).toBe(listeners);
});

it("fails by the name of what is missing, and when its port is taken", async () => {
  await expect(startEmulator({ python: "/nowhere/python" })).rejects.toThrow("/nowhere/python");
  await expect(startEmulator({ python: "/bin/false" })).rejects.toThrow("did not start: it ended with 1");
  const taken = createServer();
  const port = await listenOnLoopback(taken);
  await expect(startEmulator({ port })).rejects.toThrow(`127.0.0.1:${port}: Address already in use`);
  taken.close();
});

it.each(["SIGINT", "SIGTERM"] as const)("ends at %s", async (signal) => {
  const { child, ended, url } = await serve();
  expect((await identify(url)).text).toContain("<Account>123456789012</Account>");
  child.kill(signal);
  expect(await ended).toBe(0);
});

/** Runs code in a process of its own, which starts an emulator and prints process ids; tells those and how it ends. */
async function runStarter(code: string) {
  const start = `import { startEmulator } from ${JSON.stringify(join(ROOT, "dev", "native", "start-emulator.ts"))};`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", start + code];
  const starter = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => starter.once("exit", (status, signal) => resolve(signal ?? status)));
  const line = await new Promise<string>((resolve) => starter.stdout.once("data", (chunk) => resolve(String(chunk))));
  return { starter, ended, pids: JSON.parse(line) as number[] };
}

it.each(["SIGTERM", "SIGKILL"] as const)(
  "is gone with its forks when whoever started it dies of %s",
  async (signal) => {
    const { starter, ended, pids } = await runStarter(`
    const emulator = await startEmulator();
    const fork = await emulator.fork();
    console.log(JSON.stringify([emulator.pid, fork.pid, (await fork.fork()).pid]));
    setInterval(() => {}, 1000);`);
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    starter.kill(signal);
    expect(await ended).toBe(signal);
    await Promise.all(pids.map(waitUntilGone));
  },
);

it("keeps no process from ending that forgot to close it", async () => {
  const { ended, pids } = await runStarter("console.log(`[${(await (await startEmulator()).fork()).pid}]`);");
  expect(await ended).toBe(0);
  await Promise.all(pids.map(waitUntilGone));
});
