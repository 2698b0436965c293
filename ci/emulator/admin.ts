import type { Answer } from "./answer.js";
import type { RequestCount, RequestCounts } from "./counts.js";
import { type Faults, parseFault } from "./faults.js";
import type { DeviceLogin } from "./sso/device-login.js";

/** Where tests steer the emulator. No AWS API has such a path, and S3 no such bucket. */
export const ADMIN_PREFIX = "/_emulator/";

/** What tests may see and change. */
export interface Admin {
  counts: RequestCounts;
  faults: Faults;
  login: DeviceLogin;
  /** Ends the emulator at once, as if its machine died. */
  kill(): void;
}

/** What the requests endpoint answers. */
export interface RequestsAnswer {
  requests: RequestCount[];
}

/**
 * GET requests; DELETE requests; POST faults (a fault); DELETE faults; POST device/approve and device/deny (`userCode`, `userName`);
 * POST device/settings; POST kill. All JSON; 400 with a message when the body is not as it should be.
 */
export async function answerAdmin(
  { method, path, body }: { method: string; path: string; body: Buffer },
  { counts, faults, login, kill }: Admin,
): Promise<Answer> {
  const parse = (): unknown => (body.length === 0 ? {} : JSON.parse(body.toString("utf8")));
  const routes: Record<string, () => unknown> = {
    "GET requests": () => ({ requests: counts.list() }) satisfies RequestsAnswer,
    "DELETE requests": () => counts.clear(),
    "POST faults": () => faults.set(parseFault(parse()), counts.writes),
    "DELETE faults": () => faults.clear(),
    "POST device/approve": () => login.decide(parse(), "approved"),
    "POST device/deny": () => login.decide(parse(), "denied"),
    "POST device/settings": () => login.configure(parse()),
    // After the answer.
    "POST kill": () => void setTimeout(kill, 10),
  };
  const route = routes[`${method} ${path}`];
  if (route === undefined)
    return json(404, { message: `there is no ${method} ${path}; known: ${Object.keys(routes)}` });
  try {
    return json(200, route() ?? {});
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return json(400, { message: error.message });
    throw error;
  }
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
