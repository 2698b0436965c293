import { connect } from "node:net";
import type { Answer } from "./answer.js";

/** A request to a server on loopback. */
export interface Request {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/**
 * Sends one request over a connection of its own and closes that as soon as the answer is whole. moto's server, having answered, may read on
 * for what the client could still send. With Bun 1.3.0's own clients (node:http and fetch) it was seen to wait there for ever, and the
 * request never ended: at terraform's upload of its state, each time.
 */
export function exchange(port: number, { method, path, headers, body }: Request): Promise<Answer> {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "connection: close",
    `content-length: ${body.length}`,
  ];
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) lines.push(`${name}: ${each}`);
  }
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = parseResponse(method, received);
      if (answer === undefined) return;
      resolve(answer);
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`moto ended the connection after ${received.length} bytes`)));
    // Headers are Latin-1 in HTTP.
    socket.write(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]));
  });
}

/** The response, or undefined while it is not whole: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function parseResponse(method: string, bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(first)?.[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const rest = bytes.subarray(end + 4);
  const isEmpty = method === "HEAD" || status === 204 || status === 304;
  const length = isEmpty ? 0 : Number(headers["content-length"] ?? 0);
  const chunked = !isEmpty && headers["transfer-encoding"] === "chunked";
  const body = chunked ? joinChunks(rest) : rest.length >= length ? rest.subarray(0, length) : undefined;
  return body && { status, headers, body };
}

/** The content of a chunked body, or undefined while its last chunk is not there. */
function joinChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let start = 0; ; ) {
    const end = bytes.indexOf("\r\n", start);
    if (end < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(start, end).toString("latin1"), 16);
    if (size === 0) return Buffer.concat(chunks);
    start = end + 2 + size + 2;
    if (start > bytes.length) return undefined;
    chunks.push(bytes.subarray(end + 2, end + 2 + size));
  }
}
