import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it } from "vitest";
import { steerEmulator } from "../../../ci/emulator/remote.js";
import { listenOnLoopback } from "../../../ci/lib/listen.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { NPX_BUN } from "../../tools/bun.js";
import { callQuery } from "./raw-calls.js";
import { startTestEmulator } from "./start-emulator.js";

const SERVE = join(ROOT, "ci", "emulator", "serve.ts");

/** Whether a process runs. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function waitUntilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Starts the container's entry point on a runtime; its address and the process of moto. */
async function serve(command: string, args: readonly string[]) {
  const env = { ...process.env, HOST: "127.0.0.1", PORT: "0", MOTO_SERVER: await findTool("moto_server") };
  const child = spawn(command, [...args, SERVE], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /listens at (\S+) \(moto is process (\d+)\)/.exec(output);
      if (found?.[1] !== undefined) resolve(found[1]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}: ${output}`)));
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { child, url, ended, motoPid: Number(/moto is process (\d+)/.exec(output)?.[1]) };
}

const NODE = [process.execPath, ["--import", "tsx"]] as const;
const identify = (url: string) => callQuery(url, "sts", { Action: "GetCallerIdentity" });

it("leaves no process behind when it closes, and closes twice", async () => {
  const listeners = process.listenerCount("SIGTERM");
  const emulator = await startTestEmulator();
  expect(process.listenerCount("SIGTERM")).toBe(listeners + 1);
  expect(isAlive(emulator.motoPid)).toBe(true);
  await emulator.close();
  expect(isAlive(emulator.motoPid)).toBe(false);
  await emulator.close();
  expect(process.listenerCount("SIGTERM")).toBe(listeners);
});

it("fails by the name of what is missing, and leaves nothing when its port is taken", async () => {
  const { startEmulator } = await import("../../../ci/emulator/start.js");
  await expect(startEmulator({ motoServer: "/nowhere/moto_server" })).rejects.toThrow("/nowhere/moto_server");
  await expect(startEmulator({ motoServer: "/bin/false" })).rejects.toThrow("moto did not start: it ended with 1");
  const taken = createServer();
  const port = await listenOnLoopback(taken);
  await expect(startTestEmulator({ port })).rejects.toThrow("EADDRINUSE");
  taken.close();
});

it.each(["SIGINT", "SIGTERM"] as const)("ends with its moto at %s", { timeout: 60_000 }, async (signal) => {
  const { child, ended, motoPid, url } = await serve(...NODE);
  expect((await identify(url)).status).toBe(200);
  child.kill(signal);
  expect(await ended).toBe(0);
  await waitUntilGone(motoPid);
});

it("takes its moto with it when the process that started it dies of a signal", { timeout: 60_000 }, async () => {
  const code = `import { startEmulator } from ${JSON.stringify(join(ROOT, "ci", "emulator", "start.ts"))};
    const emulator = await startEmulator({ motoServer: ${JSON.stringify(await findTool("moto_server"))} });
    console.log(emulator.motoPid);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", code];
  const parent = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const motoPid = await new Promise<number>((resolve) => parent.stdout.once("data", (line) => resolve(Number(line))));
  const ended = new Promise((resolve) => parent.once("exit", (_, signal) => resolve(signal)));
  parent.kill("SIGTERM");
  expect(await ended).toBe("SIGTERM");
  await waitUntilGone(motoPid);
});

it("dies at once when the admin endpoint kills it", { timeout: 60_000 }, async () => {
  const { ended, motoPid, url } = await serve(...NODE);
  await steerEmulator(url).kill();
  expect(await ended).toBe(1);
  await waitUntilGone(motoPid);
  await expect(identify(url)).rejects.toThrow("fetch failed");
});

it("runs on Bun, as in the container", { timeout: 120_000 }, async () => {
  const { child, ended, motoPid, url } = await serve("npx", NPX_BUN);
  expect((await identify(url)).text).toContain("<Account>123456789012</Account>");
  expect(await steerEmulator(url).requests()).toMatchObject([
    { service: "sts", operation: "GetCallerIdentity", count: 1 },
  ]);
  await steerEmulator(url).kill();
  await waitUntilGone(motoPid);
  child.kill();
  await ended;
});
