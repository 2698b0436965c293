import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer as readBody } from "node:stream/consumers";
import { listenOnLoopback } from "../../tools/listen.js";

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

export type RunningProxy = Awaited<ReturnType<typeof startProxy>>;

/** Starts the proxy on loopback before `target`. `onAnswer` is told of what the target answers, and to whom. */
export async function startProxy(target: string, onAnswer: (body: Buffer, authorization?: string) => void = () => {}) {
  const seen: Seen[] = [];
  const rules: Rule[] = [];
  const forward = { target, onAnswer };
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
    handle(rule?.fault, forward, incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    rules,
    /** How many requests of this method and path passed. */
    count: (method: string, path?: RegExp) =>
      seen.filter((each) => each.method === method && (path?.test(each.path) ?? true)).length,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  fault: Fault | undefined,
  to: { target: string; onAnswer: (body: Buffer, authorization?: string) => void },
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
  if (fault?.kind === "choose") return handle(await fault.choose(), to, incoming, outgoing);
  // Not the answer: Bun would send an empty one with status 200.
  const broken = () => void incoming.socket.destroy();
  // Whole, not as a stream: on Bun 1.3.0 a body that is piped on sometimes stops in its middle.
  const body = await readBody(incoming);
  if (fault?.kind === "before") await fault.run();
  const forwarded = request(
    new URL(incoming.url ?? "", to.target),
    { method: incoming.method, headers: { ...incoming.headers, connection: "close" } },
    (answer) => {
      const headers = { ...answer.headers, ...(fault?.kind === "rewrite" ? fault.headers : {}) };
      const pass = (received: Buffer) => {
        to.onAnswer(received, incoming.headers.authorization);
        outgoing.writeHead(answer.statusCode ?? 502, headers).end(received);
      };
      readBody(answer).then(pass, broken);
    },
  );
  forwarded.on("error", broken);
  forwarded.end(body);
}
