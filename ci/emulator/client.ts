/** The account of whoever signs with a key that the emulator did not hand out. */
export const MANAGEMENT_ACCOUNT = "123456789012";

/** What goes wrong, and when. */
export interface Fault {
  /** Undefined: every service. */
  service?: string;
  /** Undefined: every operation. */
  operation?: string;
  /** Undefined: reads and writes. */
  write?: boolean;
  /** How the resource ends, for S3 and STS. */
  resource?: string;
  /** AWS's error code, such as ThrottlingException. ExpiredToken is spelled as each protocol spells it. */
  code?: string;
  message?: string;
  /** HTTP status; by default that of the protocol. */
  status?: number;
  /** Breaks the connection in place of an answer. */
  reset?: boolean;
  /** Milliseconds to wait first, or until faults are cleared. Without code or reset the request then passes. */
  delay?: number;
  /** How many requests it strikes; by default all. */
  times?: number;
  /** How many writes must have passed, to any service, since the fault was set. */
  after?: number;
}

/** How often an operation was called. */
export interface RequestCount {
  service: string;
  operation: string;
  write: boolean;
  /** `bucket/key` for S3; for STS the role, or the account that root's session is for. */
  resource?: string;
  /** Ids of the accounts that called it. */
  accounts: string[];
  count: number;
  /** Those of them that a fault answered, so that nothing was read or changed. */
  faulted: number;
}

/** What no API can tell of an account of the organization, or what people change in the console. */
export interface AccountSettings {
  email?: string;
  /** It was invited: `OrganizationAccountAccessRole` cannot be taken there until somebody creates it. */
  invited?: boolean;
  /** Id of an access key that its root user gets. */
  rootKey?: string;
  /** CloseAccount makes it CLOSED. No role can be taken in one that is not ACTIVE. */
  state?: "ACTIVE" | "CLOSED" | "PENDING_CLOSURE" | "SUSPENDED";
}

export interface LoginSettings {
  /** Seconds between two polls; a client that asks sooner is told to slow down. */
  interval: number;
  /** Seconds until a device code expires. */
  expiresIn: number;
  /** After how many polls the sign-in approves itself; undefined: never. */
  approveAfterPolls?: number;
  /** Who signs in when it approves itself; undefined: someone with every assignment. */
  userName?: string;
}

/** What steers an emulator: its endpoints below /_emulator/. */
export interface EmulatorClient {
  /** What was called since the start or the last clearRequests(). */
  requests(): Promise<RequestCount[]>;
  clearRequests(): Promise<void>;
  setFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  configureAccount(accountId: string, settings: AccountSettings): Promise<void>;
  /** The person at the device's page agrees, as this user or as someone with every assignment. */
  approveDevice(userCode: string, userName?: string): Promise<void>;
  denyDevice(userCode: string): Promise<void>;
  configureLogin(settings: Partial<LoginSettings>): Promise<void>;
  /** Copies the running process with all its state, on a port of its own. The copy has no counts and no faults yet. */
  copyProcess(): Promise<{ port: number; pid: number }>;
  /** Ends it at once, as if its machine died. */
  kill(): Promise<void>;
}

/** Steers the emulator at an address. Every method throws with the emulator's own words when it refuses. */
export function steerEmulator(url: string): EmulatorClient {
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
    configureAccount: (accountId, settings) => change("POST", "accounts", { accountId, ...settings }),
    approveDevice: (userCode, userName) => change("POST", "device/approve", { userCode, userName }),
    denyDevice: (userCode) => change("POST", "device/deny", { userCode }),
    configureLogin: (settings) => change("POST", "device/settings", settings),
    copyProcess: async () => (await send("POST", "fork")) as { port: number; pid: number },
    kill: () => change("POST", "kill"),
  };
}
