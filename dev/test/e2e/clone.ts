import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findMirror, useMirror } from "../../tools/find-mirror.js";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";
import { type ProgramResult, runProgram } from "../fixtures/run-program.js";

/** Replaces images/pins.json, where the public registries cannot be reached. */
const PINS = process.env.GENESIS_E2E_PINS;
/** Narrows the publish of all images, where the machine cannot build every platform: `linux/amd64`. */
export const PLATFORMS = process.env.GENESIS_E2E_PLATFORMS;

/** A copy of the repository's files, as a newcomer's clone. */
export type Clone = Awaited<ReturnType<typeof makeClone>>;

/** Copies what Git tracks, or would track, to a temporary folder. The caller removes it. */
export async function makeClone() {
  const root = await mkdtemp(join(tmpdir(), "genesis-e2e-"));
  for (const path of await listFiles()) {
    await cp(join(ROOT, path), join(root, path), { recursive: true });
  }
  if (PINS !== undefined) {
    await cp(PINS, join(root, "images", "pins.json"));
    // Where an image of Terraform has its providers with it, they are those of this machine.
    await useMirror(root, await findMirror());
  }
  return {
    root,
    /** Runs daggerw in the clone. `env` adds variables. */
    dagger: (args: readonly string[], env: Record<string, string> = {}) =>
      runProgram("./daggerw", ["--silent", ...args], { cwd: root, env: { ...process.env, ...env } }),
    read: (path: string) => readFile(join(root, path), "utf8"),
    write: async (path: string, text: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** Adds an image that builds in a moment: no package is fetched. Its inputs are never seen before. */
export async function addTinyImage(clone: Clone, name: string, settings: Record<string, unknown> = {}): Promise<void> {
  const image = { description: name, args: { DEBIAN: "debian" }, platforms: ["linux/amd64"], ...settings };
  await clone.write(`images/${name}/image.json`, JSON.stringify(image));
  await clone.write(`images/${name}/Dockerfile`, "ARG DEBIAN\nFROM ${DEBIAN}\nCOPY unique /unique\n");
  await clone.write(`images/${name}/unique`, randomUUID());
}

export interface ReportedImage {
  image: string;
  status: string;
  reference: string;
  digest?: string;
  platforms: string[];
  inputs?: string;
  error?: string;
}

/** Publishes and reads the report, which a failing call carries in its error. */
export async function publish(
  clone: Clone,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<ProgramResult & { images: ReportedImage[] }> {
  const result = await clone.dagger(["call", "publish", "--format=json", ...args], env);
  return { ...result, images: readImages(result.code === 0 ? result.stdout : result.stderr) };
}

/** Reads the report in JSON, also out of an error, to which the engine adds the id of its trace. */
export function readImages(text: string): ReportedImage[] {
  const json = /^\{\n[\s\S]*?^\}/m.exec(text.replace(/^Error: /m, ""))?.[0];
  return json === undefined ? [] : JSON.parse(json).images;
}

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
