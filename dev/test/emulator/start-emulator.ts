import { type Emulator, type EmulatorOptions, startEmulator } from "../../../ci/emulator/start.js";
import { findTool } from "../../tools/find-tool.js";

/** Starts an emulator on loopback with the moto of the project's cache. */
export async function startTestEmulator(options: Omit<EmulatorOptions, "motoServer"> = {}): Promise<Emulator> {
  return startEmulator({ ...options, motoServer: await findTool("moto_server") });
}
