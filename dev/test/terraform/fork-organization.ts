import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { forkEmulator } from "../../native/start-emulator.js";
import type { Bootstrapped } from "./share-organization.js";
import { openOrganization, type TestOrganization } from "./start-organization.js";

/** A copy of the bootstrapped organization, which nobody else changes. Waits until it is bootstrapped. */
export async function forkOrganization(): Promise<TestOrganization> {
  // Not fetch, which waits for no answer longer than five minutes.
  const [response] = (await once(get(inject("organization")), "response")) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`the organization was not bootstrapped: ${answer}`);
  const { url, root }: Bootstrapped = JSON.parse(answer);
  return openOrganization(await forkEmulator(url), root);
}
