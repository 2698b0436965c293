import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../tools/find-tool.js";
import { listenOnLoopback } from "../tools/listen.js";
import { REGISTRY } from "../tools/suites.js";

/** A registry on loopback. */
export interface RunningRegistry {
  url: string;
  /** Kills it at once, as a crash would; what it stored stays. */
  kill(): Promise<void>;
  /** Starts it again on its port, with what it stored: the small registry has only blobs on its disk. */
  restart(): Promise<void>;
  /** Changes one byte of what the real registry stored under a digest, as somebody with its disk could: the last one, or the last one of a text in it. */
  flipByte(digest: string, text?: string): Promise<void>;
  stop(): Promise<void>;
}

/** How a registry is started. */
interface Server {
  argv: string[];
  /** Where it stores the bytes of a digest. */
  locate(digest: string): string;
}

/** How long a registry may take to answer after its start; it takes a second on a machine with nothing else to do. */
const START_MS = 120_000;

/** What a registry is to be. */
export interface RegistryOptions {
  /** The real one, which can take minutes to compile, and not the small one; GENESIS_REGISTRY=distribution wants it everywhere. */
  real?: boolean;
  /** Turns Basic authentication on, which only the real one has. */
  htpasswd?: string;
  /** Repositories that are there from the start: as in public ECR, the small one has no other before something is in it. */
  repositories?: readonly string[];
}

/** What a repository of the small registry is made by: an index of nothing. */
const EMPTY = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [] };

/** Starts a registry with an empty store in a temporary folder. */
export async function startRegistry({
  real,
  htpasswd,
  repositories = [],
}: RegistryOptions = {}): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), "genesis-registry-"));
  const address = `127.0.0.1:${await findFreePort()}`;
  const url = `http://${address}`;
  const isReal = real === true || htpasswd !== undefined || process.env[REGISTRY] === "distribution";
  const server = await (isReal ? describeReal(folder, address, htpasswd) : describeSmall(folder, address));
  const start = async () => {
    const started = await startProcess(server.argv, url);
    if (!isReal) for (const repository of repositories) await makeRepository(`${url}/v2/${repository}`);
    return started;
  };
  let running = await start();
  return {
    url,
    kill: () => running.end("SIGKILL"),
    restart: async () => {
      await running.end("SIGKILL");
      running = await start();
    },
    flipByte: async (digest, text) => {
      const path = server.locate(digest);
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

async function describeSmall(folder: string, address: string): Promise<Server> {
  await mkdir(join(folder, "data"));
  return {
    argv: [await findTool("crane"), "registry", "serve", "--address", address, "--disk", join(folder, "data")],
    locate: (digest) => {
      throw new Error(`${digest} may be in the small registry's memory: the real one has it on its disk`);
    },
  };
}

async function describeReal(folder: string, address: string, htpasswd?: string): Promise<Server> {
  const config: Record<string, unknown> = {
    version: 0.1,
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
    http: { addr: address },
  };
  if (htpasswd !== undefined) {
    await writeFile(join(folder, "htpasswd"), htpasswd);
    config.auth = { htpasswd: { realm: "genesis", path: join(folder, "htpasswd") } };
  }
  // JSON is YAML.
  await writeFile(join(folder, "config.yml"), JSON.stringify(config));
  return {
    argv: [await findTool("registry"), "serve", join(folder, "config.yml")],
    locate: (digest) => {
      const [algorithm = "", hex = ""] = digest.split(":");
      return join(folder, "data/docker/registry/v2/blobs", algorithm, hex.slice(0, 2), hex, "data");
    },
  };
}

async function makeRepository(url: string): Promise<void> {
  const headers = { "content-type": EMPTY.mediaType };
  const { status } = await fetch(`${url}/manifests/empty`, { method: "PUT", headers, body: JSON.stringify(EMPTY) });
  if (status !== 201) throw new Error(`the repository ${url} could not be made: ${status}`);
}

async function startProcess([executable = "", ...args]: readonly string[], url: string) {
  const child = spawn(executable, args, {
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
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
