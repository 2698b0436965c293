import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it, onTestFinished } from "vitest";
import { listenOnLoopback } from "../../../ci/lib/listen.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { isAlive, waitUntilGone } from "./processes.js";
import { callQuery } from "./raw-calls.js";

const identify = (url: string) => callQuery(url, "sts", { Action: "GetCallerIdentity" });

const readLine = ({ stdout }: { stdout: NodeJS.ReadableStream }) =>
  new Promise<string>((resolve) => stdout.once("data", (chunk) => resolve(String(chunk))));

/** Runs a program that has started an emulator; the line that it prints. */
function runParent(code: string) {
  const module = JSON.stringify(join(ROOT, "dev", "native", "start-emulator.ts"));
  const whole = `import { startEmulator } from ${module};\nconst emulator = await startEmulator();\n${code}`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", whole];
  const parent = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  return { parent, line: readLine(parent) };
}

/** Starts it as the container does: no pipe to whoever started it. */
async function serve() {
  const args = ["-B", "-m", "genesis_emulator", "--host", "127.0.0.1"];
  const env = { ...process.env, PYTHONPATH: join(ROOT, "ci", "emulator") };
  const child = spawn(await findTool("moto"), args, { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const { port, pid } = JSON.parse(await readLine(child));
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

it("dies at once when it is told to, as if its machine died", async () => {
  const { ended, url } = await serve();
  const answer = await fetch(`${url}/_emulator/kill`, { method: "POST" });
  expect(answer.status).toBe(200);
  expect(await ended).toBe(1);
  await expect(identify(url)).rejects.toThrow("fetch failed");
});

it.each(["SIGTERM", "SIGKILL"] as const)(
  "is gone with its forks when the process that started it dies of %s",
  async (signal) => {
    const { parent, line } = runParent(`
      const fork = await emulator.fork();
      console.log(JSON.stringify([emulator.pid, fork.pid, (await fork.fork()).pid]));
      setInterval(() => {}, 1000);`);
    const pids: number[] = JSON.parse(await line);
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    const ended = new Promise((resolve) => parent.once("exit", (_, by) => resolve(by)));
    parent.kill(signal);
    expect(await ended).toBe(signal);
    await Promise.all(pids.map(waitUntilGone));
  },
);

it("keeps no process from ending that forgot to close it", async () => {
  const { parent, line } = runParent("console.log((await emulator.fork()).pid);");
  expect(await new Promise((resolve) => parent.once("exit", resolve))).toBe(0);
  await waitUntilGone(Number(await line));
});

it("answers a client that keeps its connection, and one that sends its body in pieces", async () => {
  const emulator: Emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const bucket = `${emulator.url}/pieces`;
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20250101/us-east-1/s3/aws4_request";
  expect((await fetch(bucket, { method: "PUT", headers: { authorization } })).status).toBe(200);
  // Node's fetch sends what is iterated in chunks; its type does not know that.
  const body = Readable.from(["one ", "two ", "three"].map((piece) => Buffer.from(piece))) as unknown as ReadableStream;
  const init = { method: "PUT", headers: { authorization }, body, duplex: "half" } as RequestInit;
  expect((await fetch(`${bucket}/object`, init)).status).toBe(200);
  const got = await fetch(`${bucket}/object`, { headers: { authorization } });
  expect([await got.text(), got.headers.get("content-length"), got.headers.get("connection")]).toEqual([
    "one two three",
    "13",
    null,
  ]);
  // Node asks for the end of the connection after a HEAD, and is told so.
  const head = await fetch(`${bucket}/object`, { method: "HEAD", headers: { authorization } });
  expect([head.status, head.headers.get("content-length"), head.headers.get("connection")]).toEqual([
    200,
    "13",
    "close",
  ]);
});
