import { type ChildProcess, spawn } from "node:child_process";
import { onEnd } from "./signals.js";

/** The account of whoever signs with a key that moto did not hand out. */
export const MANAGEMENT_ACCOUNT = "123456789012";
/** How long moto may take until it answers; its first import compiles thousands of files. */
const START_MS = 120_000;
/** How long moto may take to end when asked; then it is killed. */
const STOP_MS = 3_000;
/** How much of its log is kept, for the message of a failure. */
const LOG_CHARACTERS = 4_000;

/** A running moto. */
export interface MotoProcess {
  port: number;
  pid: number;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
  /** Ends it at once, without waiting; for handlers that may not wait. */
  kill(): void;
}

/** Starts moto on a free port of loopback and waits until it listens. Leaves nothing behind when that fails. */
export async function startMoto(executable: string): Promise<MotoProcess> {
  // With this one moto would put every caller, assumed roles too, into one account.
  const { MOTO_ACCOUNT_ID: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    // Otherwise no AWS managed policy exists to be attached.
    MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    S3_IGNORE_SUBDOMAIN_BUCKETNAME: "true",
    PYTHONUNBUFFERED: "1",
  };
  const child = spawn(executable, ["--host", "127.0.0.1", "--port", "0"], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  const kill = () => void child.kill("SIGKILL");
  // A parent that ends while moto is still starting must not leave it.
  const forget = onEnd(kill);
  try {
    const port = await waitForPort(child);
    return { port, pid: child.pid ?? 0, stop, kill };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    forget();
  }
}

/** Reads the port from moto's own log: a port chosen beforehand could be taken by then. */
function waitForPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => fail(`it did not listen within ${START_MS / 1000} s`), START_MS);
    const fail = (fact: string) => {
      clearTimeout(timer);
      reject(new Error(`moto did not start: ${fact}. ${log}`.trim()));
    };
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`it ended with ${code ?? signal}`));
    // Read to the end: a pipe that nobody reads fills, and stops it.
    child.stderr?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString("utf8")).slice(-LOG_CHARACTERS);
      const port = /Running on http:\/\/[^:]+:(\d+)/.exec(log)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}
