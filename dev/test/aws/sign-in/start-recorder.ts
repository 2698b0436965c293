import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { listenOnLoopback } from "../../../tools/listen.js";

/** The members of a sign-in's answers that nobody may see. */
const SECRETS = new Set(["clientSecret", "deviceCode", "accessToken", "secretAccessKey", "sessionToken"]);

/** A proxy before an emulator that remembers the secrets it handed out, and which access keys signed requests. */
export interface Recorder {
  url: string;
  /** Member → its values, in the order they were handed out. */
  secrets: Map<string, string[]>;
  accessKeys: Set<string>;
  stop(): Promise<void>;
}

/** Starts the proxy on loopback before `target`. */
export async function startRecorder(target: string): Promise<Recorder> {
  const secrets = new Map<string, string[]>();
  const accessKeys = new Set<string>();
  const remember = (text: string) => {
    for (const [, name = "", value = ""] of text.matchAll(/"(\w+)":\s*"([^"]+)"/g)) {
      if (SECRETS.has(name)) secrets.set(name, [...(secrets.get(name) ?? []), value]);
    }
  };
  const server = createServer((incoming, outgoing) => {
    const [, key] = /Credential=([^/]+)\//.exec(incoming.headers.authorization ?? "") ?? [];
    if (key !== undefined) accessKeys.add(key);
    forward(target, incoming, outgoing, remember);
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    secrets,
    accessKeys,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  remember: (text: string) => void,
): void {
  const { method, url = "/", headers } = incoming;
  const outer = request(new URL(url, target), { method, headers: { ...headers, connection: "close" } }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => {
      const body = Buffer.concat(chunks);
      remember(body.toString("utf8"));
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
    });
  });
  // A connection that the emulator breaks is broken here too.
  outer.on("error", () => incoming.socket.destroy());
  incoming.pipe(outer);
}
