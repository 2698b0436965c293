import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startRegistry } from "../../native/start-registry.js";
import { runProgram } from "../fixtures/run-program.js";
import { addTinyImage, makeClone, readImages } from "./clone.js";

/** The address of another engine, as `_EXPERIMENTAL_DAGGER_RUNNER_HOST` takes it: no engine can start a second one of its kind. */
const SECOND = process.env.GENESIS_E2E_SECOND_ENGINE;
if (SECOND === undefined) console.log("Not run: two engines at once. GENESIS_E2E_SECOND_ENGINE names no second one.");

const NAMES = ["one", "three", "two"];
const clone = await makeClone();
for (const name of ["base", "terraform"]) await rm(join(clone.root, "images", name), { recursive: true });
for (const name of NAMES) await addTinyImage(clone, name);
const registry = await startRegistry({ real: true });
afterAll(async () => {
  await registry.stop();
  await clone.remove();
});

/** The command of the document that holds a text, with this machine's registry in place of the example's. */
async function readCommand(text: string): Promise<string> {
  const lines = (await clone.read("docs/more-machines.md")).split("\n");
  const line = lines.find((each) => each.startsWith("./daggerw call") && each.includes(text));
  if (line === undefined) throw new Error(`the document has no command with ${text}`);
  return line.replace("registry.example:5000", new URL(registry.url).host);
}

/** Runs a command of the document on an engine; undefined is the one of the other tests. */
function run(command: string, engine: string | undefined) {
  const env = { ...process.env, ...(engine && { _EXPERIMENTAL_DAGGER_RUNNER_HOST: engine }) };
  return runProgram("bash", ["-c", command.replace("daggerw", "daggerw --silent")], { cwd: clone.root, env });
}

const ask = (path: string) => fetch(`${registry.url}/v2/${path}`, { headers: { accept: INDEX_TYPES } });
const INDEX_TYPES = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";

it.skipIf(SECOND === undefined)(
  "two engines publish one catalogue to one registry at once: each tag is one digest, and nothing is lost",
  async () => {
    const publish = `${await readCommand("publish")} --format=json`;
    const both = await Promise.all([undefined, SECOND].map((engine) => run(publish, engine)));
    expect(both.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(["", ""]);
    const [first = [], second = []] = both.map(({ stdout }) => readImages(stdout));
    expect(first.map(({ image }) => image)).toEqual(NAMES);
    expect(second.map(({ reference, digest }) => [reference, digest])).toEqual(
      first.map(({ reference, digest }) => [reference, digest]),
    );
    for (const { image, reference, digest } of first) {
      const { tags } = (await (await ask(`${image}/tags/list`)).json()) as { tags: string[] };
      expect(tags).toEqual([reference.split(":").at(-1)]);
      const manifest = await ask(`${image}/manifests/${tags[0]}`);
      expect(manifest.headers.get("docker-content-digest")).toBe(digest);
      const { config, layers } = (await manifest.json()) as Record<"config", { digest: string }> &
        Record<"layers", { digest: string }[]>;
      for (const blob of [config, ...layers]) expect((await ask(`${image}/blobs/${blob.digest}`)).status).toBe(200);
    }
    const listed = await run(await readCommand("images"), undefined);
    expect(JSON.parse(listed.stdout)).toEqual(NAMES);
    const again = await run(`${publish} --names=${NAMES[0]}`, SECOND);
    expect(readImages(again.stdout)).toMatchObject([{ status: "unchanged", digest: first[0]?.digest }]);
  },
);
