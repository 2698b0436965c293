import { spawn } from "node:child_process";
import type { Clone } from "./clone.js";

/** How long the embedded registry may take to be served. */
const START_MS = 120_000;

/** Runs `use` while `dagger call registry up` serves the embedded registry on a port of this machine. */
export async function withServedRegistry<T>(clone: Clone, port: number, use: (url: string) => Promise<T>): Promise<T> {
  const args = ["--silent", "call", "registry", "up", "--ports", `${port}:5000`];
  const child = spawn("./daggerw", args, { cwd: clone.root, stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const url = `http://localhost:${port}`;
    const deadline = Date.now() + START_MS;
    for (;;) {
      const answered = await fetch(`${url}/v2/`).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return await use(url);
      if (child.exitCode !== null || Date.now() > deadline) throw new Error("dagger call registry up does not serve");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    child.kill("SIGINT");
    await exited;
  }
}
