import { inject } from "vitest";
import { forkEmulator } from "../../native/start-emulator.js";
import type { Bootstrapped } from "./share-organization.js";
import { openOrganization, type TestOrganization } from "./start-organization.js";

const LOOK_MS = 200;

/** A copy of the bootstrapped organization, which nobody else changes. Waits until it is bootstrapped. */
export async function forkOrganization(): Promise<TestOrganization> {
  for (;;) {
    const answer = await fetch(inject("organization"));
    const text = await answer.text();
    if (answer.status === 500) throw new Error(`the organization was not bootstrapped: ${text}`);
    if (answer.status === 200) {
      const { url, root }: Bootstrapped = JSON.parse(text);
      return openOrganization(await forkEmulator(url), root);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
