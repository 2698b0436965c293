import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { startEmulator } from "../../native/start-emulator.js";
import { callRest } from "../emulator/raw-calls.js";
import { KEPT_FILES, SMALL_CODE } from "../terraform/small-code.js";
import { makeClone } from "./clone.js";

export const targetEmulator = (url: string) => `--emulator=${url.replace("http", "tcp")}`;

/** A clone whose genesis.json has values in place of the placeholders, and an emulated AWS. The caller removes both with the clone. */
export async function makeEmulatedClone() {
  const [clone, emulator] = await Promise.all([makeClone(), startEmulator()]);
  await clone.write("genesis.json", fillPlaceholders(await clone.read("genesis.json")));
  return {
    ...clone,
    emulator,
    call: (...args: string[]) => clone.dagger(["call", targetEmulator(emulator.url), ...args]),
    /** What changed something in AWS since the counts were cleared, locks of the state aside: `service operation count`. */
    listWrites: async () =>
      (await emulator.requests())
        .filter(({ write, resource }) => write && !resource?.endsWith(".tflock"))
        .map(({ service, operation, count }) => `${service} ${operation} ${count}`)
        .sort(),
    remove: async () => {
      await emulator.close();
      await clone.remove();
    },
  };
}

/** Replaces the clone's Terraform code with the small code, and makes the bucket of its state. */
export async function useSmallCode({
  root,
  read,
  write,
  emulator,
}: Awaited<ReturnType<typeof makeEmulatedClone>>): Promise<void> {
  for (const name of await readdir(join(root, "terraform"))) {
    if (!KEPT_FILES.includes(name)) await rm(join(root, "terraform", name), { recursive: true });
  }
  for (const [name, text] of Object.entries(SMALL_CODE)) await write(`terraform/${name}`, text);
  await callRest(emulator.url, "s3", "PUT", `/${JSON.parse(await read("genesis.json")).state.bucket}`);
}
