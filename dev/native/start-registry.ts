import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenOnLoopback } from "../../ci/lib/listen.js";
import { findTool } from "../tools/find-tool.js";

/** A real registry on loopback. */
export interface RunningRegistry {
  url: string;
  /** Kills it at once, as a crash would; what it stored stays. */
  kill(): Promise<void>;
  /** Starts it again on its port, with what it stored. */
  restart(): Promise<void>;
  /** Changes one byte of what it stored under a digest, as somebody with its disk could: the last one, or the last one of a text in it. */
  flipByte(digest: string, text?: string): Promise<void>;
  stop(): Promise<void>;
}

/** How long a registry may take to answer after its start. */
const START_MS = 10_000;

/** Starts the pinned registry with an empty store in a temporary folder. `htpasswd` turns Basic authentication on. */
export async function startRegistry(htpasswd?: string): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "genesis-registry-"));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const config: Record<string, unknown> = {
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
  };
  if (htpasswd !== undefined) {
    await writeFile(join(folder, "htpasswd"), htpasswd);
    config.auth = { htpasswd: { realm: "genesis", path: join(folder, "htpasswd") } };
  }
  // JSON is YAML.
  await writeFile(join(folder, "config.yml"), JSON.stringify(config));
  const executable = await findTool("registry");
  const start = () => startProcess(executable, join(folder, "config.yml"), url);
  let running = await start();
  return {
    url,
    kill: () => running.end("SIGKILL"),
    restart: async () => {
      await running.end("SIGKILL");
      running = await start();
    },
    flipByte: async (digest, text) => {
      const [algorithm = "", hex = ""] = digest.split(":");
      const path = join(folder, "data/docker/registry/v2/blobs", algorithm, hex.slice(0, 2), hex, "data");
      const bytes = await readFile(path);
      const last = (text === undefined ? bytes.length : bytes.lastIndexOf(text) + text.length) - 1;
      bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
      await writeFile(path, bytes);
    },
    stop: async () => {
      await running.end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(executable: string, config: string, url: string) {
  const child = spawn(executable, ["serve", config], {
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
    // The access log goes to standard output; a pipe that nobody reads would fill and stop the registry.
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await waitFor(url, () => {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}: ${output}`);
  });
  return {
    end: async (signal: "SIGTERM" | "SIGKILL") => {
      child.kill(signal);
      await exited;
    },
  };
}

async function waitFor(url: string, check: () => void): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    check();
    const answered = await fetch(`${url}/v2/`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (Date.now() > deadline) throw new Error(`the registry at ${url} did not answer in ${START_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
