import { openBootstrapApi } from "../../../ci/bootstrap/api.js";
import { readSnapshot, type SnapshotAbout } from "../../../ci/bootstrap/read-snapshot.js";
import type { SeenAccount, Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { makeUsedOrganization, type UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";

export const MANAGEMENT = "123456789012";
export const STATE = { bucket: `genesis-state-${MANAGEMENT}`, key: "terraform.tfstate", region: "us-east-1" };
export const CISO = { name: "Our CISO", title: "CISO", email: "ciso@platform.test", phone: "+49 30 5550100" };
export const BOOKS = { name: "Books", title: "Accounts payable", email: "books@platform.test", phone: "+1 555 0001" };
const ABOUT: SnapshotAbout = {
  managementId: undefined,
  region: undefined,
  dedicated: { id: undefined, email: "AWS+public-ecr@Platform.test" },
  state: STATE,
};

/** Reads the snapshot, and the lines of its progress. */
export async function readAws(emulator: Emulator, about: Partial<SnapshotAbout> = {}, members = false) {
  const api = openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region: "us-east-1", endpoint: emulator.url });
  const lines: string[] = [];
  const options = { onProgress: (line: string) => lines.push(line), members };
  return { lines, ...(await readSnapshot(api, () => ({ ...ABOUT, ...about }), options).finally(() => api.close())) };
}

/** Writes the state's object. */
export function putState(emulator: Emulator, body: object): Promise<unknown> {
  const object = { Bucket: STATE.bucket, Key: STATE.key, Body: JSON.stringify(body) };
  return useClients(emulator.url, ({ s3 }) => s3.putObject(object));
}

/** An account of a snapshot. */
export function findAccount({ organization }: Pick<Snapshot, "organization">, id: string): SeenAccount | undefined {
  return organization?.accounts.find((each) => each.id === id);
}

/** Starts an emulator with the used organization in it, and a state that has one account; `whole` is all that can be seen of it. */
export async function startUsed(): Promise<{ emulator: Emulator; made: UsedOrganization; whole: Snapshot }> {
  const emulator = await startEmulator();
  const made = await makeUsedOrganization(emulator.url);
  const instances = [{ index_key: "shop" }, { index_key: "gone", deposed: "4a2c" }];
  const resources = [{ mode: "managed", type: "aws_organizations_account", name: "this", instances }];
  await putState(emulator, { version: 4, serial: 1, lineage: "l", resources });
  return { emulator, made, whole: await readAws(emulator, {}, true) };
}
