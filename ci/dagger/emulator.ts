import type { Service } from "@dagger.io/dagger";
import { EMULATOR_FILES } from "../terraform/emulator.js";
import { EMULATOR_HOST, type EmulatorBinding } from "./terraform-environment.js";

/** Starts an emulator, once for all containers of a call, and describes how they reach it. By default its port is its id. */
export async function bindEmulator(emulator: Service, id?: string): Promise<EmulatorBinding> {
  const service = await emulator.start();
  const { port } = new URL(await service.endpoint({ scheme: "http" }));
  return { service, id: id ?? port, endpoint: `http://${EMULATOR_HOST}:${port}`, files: EMULATOR_FILES };
}
