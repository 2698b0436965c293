import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";
import { type EmulatorClient, steerEmulator } from "../../ci/emulator/client.js";
import { findTool, ROOT } from "../tools/find-tool.js";

/** How an emulator starts; by default on a free port of loopback. */
export interface EmulatorOptions {
  port?: number;
  /** Home region of the Identity Center. */
  region?: string;
  /** Instances of the Identity Center beside the organization's, in the same region. */
  moreInstances?: number;
  /** How many looks at a request to create an account find it in progress. */
  createAccountPolls?: number;
  /** The Python that has moto; by default that of the project's cache. */
  python?: string;
}

/** An emulator on this machine. */
export interface Emulator extends Omit<EmulatorClient, "copyProcess"> {
  url: string;
  pid: number;
  /** A copy of it with all its state, which then goes on apart. The end of one leaves the other. */
  fork(): Promise<Emulator>;
  /** Ends it, and waits until its process is gone. */
  close(): Promise<void>;
}

/** How much of its log is kept, for the message of a failure. */
const LOG_CHARACTERS = 4_000;

/**
 * Starts the AWS emulator as a process of this machine. It and its forks end with this process, by whatever that ends: they hold one end of a
 * pipe, and see when the other one is gone.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, region = "us-east-1", moreInstances = 0, createAccountPolls = 1 } = options;
  const python = options.python ?? (await findTool("moto"));
  // Not by standard input, which Node closes when the first process ends, and with it every fork. -B: no files beside the sources.
  const args = ["-B", "-m", "genesis_emulator", "--lifeline", "3", "--port", `${port}`, "--region", region];
  args.push("--more-instances", `${moreInstances}`, "--create-account-polls", `${createAccountPolls}`);
  const env = { ...process.env, PYTHONPATH: join(ROOT, "ci", "emulator") };
  const child = spawn(python, args, { env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString("utf8")).slice(-LOG_CHARACTERS);
  });
  const started = await new Promise<{ port: number; pid: number }>((resolve, reject) => {
    const fail = (fact: string) => reject(new Error(`the emulator did not start: ${fact}. ${log}`.trim()));
    let line = "";
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`it ended with ${code ?? signal}`));
    child.stdout?.on("data", (chunk: Buffer) => {
      line += chunk.toString("utf8");
      if (line.endsWith("\n")) resolve(JSON.parse(line));
    });
  });
  // From here on it keeps nobody from ending.
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref();
  return describeEmulator(started);
}

/** A copy of an emulator that another process of this machine started, and with which the copy ends. */
export async function forkEmulator(url: string): Promise<Emulator> {
  return describeEmulator(await steerEmulator(url).copyProcess());
}

function describeEmulator({ port, pid }: { port: number; pid: number }): Emulator {
  const url = `http://127.0.0.1:${port}`;
  const { copyProcess, ...client } = steerEmulator(url);
  let closed: Promise<void> | undefined;
  return {
    ...client,
    url,
    pid,
    fork: async () => describeEmulator(await copyProcess()),
    close: () => {
      closed ??= endProcess(pid);
      return closed;
    },
  };
}

/** Ends a process that need not be this one's child. It has nothing to clean up. */
async function endProcess(pid: number): Promise<void> {
  try {
    process.kill(pid, "SIGKILL");
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      process.kill(pid, 0);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
