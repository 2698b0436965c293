import type { AddressInfo } from "node:net";
import { type RequestCount, RequestCounts } from "./counts.js";
import { type Fault, Faults, parseFault } from "./faults.js";
import { createHandlers } from "./handlers.js";
import { type MotoProcess, startMoto } from "./moto.js";
import { MotoClient } from "./moto-client.js";
import { createEmulatorServer } from "./server.js";
import { onEnd } from "./signals.js";
import type { LoginSettings } from "./sso/device-login.js";

/** How an emulator starts. */
export interface EmulatorOptions {
  /** Path of the executable `moto_server`. */
  motoServer: string;
  /** Where it listens; loopback unless it serves other containers. */
  host?: string;
  /** 0 takes a free port. */
  port?: number;
  /** Home region of the Identity Center. */
  region?: string;
  /** Instances of the Identity Center beside the organization's, in the same region. */
  moreInstances?: number;
  /** How many looks at a request to create an account find it in progress. */
  createAccountPolls?: number;
  /** Called once when it ends by the admin endpoint. */
  onKill?: () => void;
}

/** A running emulator. Its methods do what the endpoints below /_emulator/ do. */
export interface Emulator {
  url: string;
  /** Process id of moto, whose memory is the larger part. */
  motoPid: number;
  /** What was called since the start or the last clearRequests(). */
  requests(): RequestCount[];
  clearRequests(): void;
  setFault(fault: Fault): void;
  clearFaults(): void;
  /** The person at the device's page agrees, as this user or as someone with every assignment. */
  approveDevice(userCode: string, userName?: string): void;
  denyDevice(userCode: string): void;
  configureLogin(settings: Partial<LoginSettings>): void;
  /** Ends it, and leaves no process behind. */
  close(): Promise<void>;
}

/** Starts moto and the server in front of it. When either fails nothing is left running. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, region = "us-east-1" } = options;
  const moto = await startMoto(options.motoServer);
  try {
    return await listen({ ...options, host, port, region }, moto);
  } catch (error) {
    await moto.stop();
    throw error;
  }
}

type Settings = EmulatorOptions & { host: string; port: number; region: string };

async function listen(settings: Settings, moto: MotoProcess): Promise<Emulator> {
  const { host, port, region, moreInstances = 0, createAccountPolls = 1, onKill } = settings;
  const counts = new RequestCounts();
  const faults = new Faults();
  const client = new MotoClient(moto.port);
  const { handlers, login } = createHandlers({ region, moreInstances, createAccountPolls });
  const kill = () => {
    moto.kill();
    server.close();
    server.closeAllConnections();
    onKill?.();
  };
  const admin = { counts, faults, login, kill };
  const server = createEmulatorServer({ handlers, moto: client, counts, faults, admin });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const forget = onEnd(() => moto.kill());
  const name = host === "0.0.0.0" ? "127.0.0.1" : host;
  return {
    url: `http://${name}:${(server.address() as AddressInfo).port}`,
    motoPid: moto.pid,
    requests: () => counts.list(),
    clearRequests: () => counts.clear(),
    setFault: (fault) => faults.set(parseFault(fault), counts.writes),
    clearFaults: () => faults.clear(),
    approveDevice: (userCode, userName) => login.decide({ userCode, userName }, "approved"),
    denyDevice: (userCode) => login.decide({ userCode }, "denied"),
    configureLogin: (next) => login.configure(next),
    close: async () => {
      forget();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, moto.stop()]);
    },
  };
}
