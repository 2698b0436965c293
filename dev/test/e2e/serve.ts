import { spawn } from "node:child_process";
import type { Clone } from "./clone.js";

/** The services of the module, by the function that returns each: its port, and a path at which it answers once it is up. */
const SERVICES = {
  registry: { port: 5000, path: "/v2/" },
  "aws-emulator": { port: 5000, path: "/_emulator/requests" },
} as const;

/** Runs `use` while `dagger call <service> up` serves it on a port of this machine. */
export async function withServed<T>(
  clone: Clone,
  service: keyof typeof SERVICES,
  port: number,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const { port: inside, path } = SERVICES[service];
  const args = ["--silent", "call", service, "up", "--ports", `${port}:${inside}`];
  const child = spawn("./daggerw", args, { cwd: clone.root, stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const url = `http://localhost:${port}`;
    for (;;) {
      const answered = await fetch(url + path).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return await use(url);
      if (child.exitCode !== null) throw new Error(`dagger call ${service} up does not serve`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    child.kill("SIGINT");
    await exited;
  }
}
