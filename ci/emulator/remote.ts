import type { RequestCount } from "./counts.js";
import type { Fault } from "./faults.js";
import type { LoginSettings } from "./sso/device-login.js";

/** What tests do with an emulator that runs elsewhere, by its endpoints below /_emulator/. */
export interface RemoteEmulator {
  requests(): Promise<RequestCount[]>;
  clearRequests(): Promise<void>;
  setFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  approveDevice(userCode: string, userName?: string): Promise<void>;
  denyDevice(userCode: string): Promise<void>;
  configureLogin(settings: Partial<LoginSettings>): Promise<void>;
  /** Ends it at once, as if its machine died. */
  kill(): Promise<void>;
}

/** Steers the emulator at an address. Every method throws with the emulator's own words when it refuses. */
export function steerEmulator(url: string): RemoteEmulator {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}/_emulator/${path}`, init);
    const answer = (await response.json()) as { message?: string };
    if (!response.ok) throw new Error(answer.message ?? `the emulator answered ${response.status}`);
    return answer;
  };
  const change = async (method: string, path: string, body?: unknown): Promise<void> => {
    await send(method, path, body);
  };
  return {
    requests: async () => ((await send("GET", "requests")) as { requests: RequestCount[] }).requests,
    clearRequests: () => change("DELETE", "requests"),
    setFault: (fault) => change("POST", "faults", fault),
    clearFaults: () => change("DELETE", "faults"),
    approveDevice: (userCode, userName) => change("POST", "device/approve", { userCode, userName }),
    denyDevice: (userCode) => change("POST", "device/deny", { userCode }),
    configureLogin: (settings) => change("POST", "device/settings", settings),
    kill: () => change("POST", "kill"),
  };
}
