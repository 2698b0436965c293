import { join } from "node:path";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { startEmulator } from "../../native/start-emulator.js";
import { callRest } from "../emulator/raw-calls.js";
import { replaceCode } from "../terraform/small-code.js";
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
export async function useSmallCode(clone: Awaited<ReturnType<typeof makeEmulatedClone>>): Promise<void> {
  await replaceCode(join(clone.root, "terraform"));
  await callRest(clone.emulator.url, "s3", "PUT", `/${JSON.parse(await clone.read("genesis.json")).state.bucket}`);
}
