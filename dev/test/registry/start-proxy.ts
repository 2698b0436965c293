import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer as readBody } from "node:stream/consumers";
import { listenOnLoopback } from "../../tools/listen.js";

/** A request that passed the proxy. */
export interface Seen {
  method: string;
  path: string;
  authorization: string | undefined;
}

/** What the proxy does in place of, or with, the registry's answer. */
export type Fault =
  | { kind: "answer"; status: number; headers?: Record<string, string>; body?: string }
  /** Breaks the connection after this many bytes of the request's body have been read. */
  | { kind: "reset"; afterBytes: number }
  /** Changes headers of the registry's own answer. */
  | { kind: "rewrite"; headers: Record<string, string> }
  /** Runs something, then lets the request through. */
  | { kind: "before"; run: () => Promise<void> }
  /** Makes the fault that is chosen, or lets the request through. */
  | { kind: "choose"; choose: () => Promise<Fault | undefined> };

/** A rule that makes a fault of matching requests. */
export interface Rule {
  method: string;
  path: RegExp;
  /** How many matching requests it strikes; then it is spent. */
  times: number;
  /** Strikes only requests without authorization. */
  anonymous?: boolean;
  fault: Fault;
}

/** A proxy before a real registry that records requests and makes faults. */
export interface RunningProxy {
  url: string;
  seen: Seen[];
  rules: Rule[];
  /** How many requests of this method and path passed. */
  count(method: string, path?: RegExp): number;
  stop(): Promise<void>;
}

/** Starts the proxy on loopback before `target`. */
export async function startProxy(target: string): Promise<RunningProxy> {
  const seen: Seen[] = [];
  const rules: Rule[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = "", url: path = "", headers } = incoming;
    seen.push({ method, path, authorization: headers.authorization });
    const rule = rules.find(
      (each) =>
        each.times > 0 &&
        each.method === method &&
        each.path.test(path) &&
        !(each.anonymous && headers.authorization !== undefined),
    );
    if (rule !== undefined) rule.times -= 1;
    handle(rule?.fault, target, incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    rules,
    count: (method, path) => seen.filter((each) => each.method === method && (path?.test(each.path) ?? true)).length,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  fault: Fault | undefined,
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (fault?.kind === "answer") {
    incoming.resume();
    incoming.on("end", () => outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? ""));
    return;
  }
  if (fault?.kind === "reset") {
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= fault.afterBytes) incoming.socket.destroy();
    });
    return;
  }
  if (fault?.kind === "choose") return handle(await fault.choose(), target, incoming, outgoing);
  // Whole, not as a stream: on Bun 1.3.0 a body that is piped on sometimes stops in its middle.
  const body = await readBody(incoming);
  if (fault?.kind === "before") await fault.run();
  const forwarded = request(
    new URL(incoming.url ?? "", target),
    { method: incoming.method, headers: incoming.headers },
    (answer) => {
      const headers = { ...answer.headers, ...(fault?.kind === "rewrite" ? fault.headers : {}) };
      outgoing.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(outgoing);
    },
  );
  // Not the answer: Bun would send an empty one with status 200.
  forwarded.on("error", () => incoming.socket.destroy());
  forwarded.end(body);
}
