import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ADMIN_PREFIX, type Admin, answerAdmin } from "./admin.js";
import { type Answer, ApiError, answerError } from "./answer.js";
import { type ApiCall, parseCall } from "./call.js";
import type { RequestCounts } from "./counts.js";
import { type Faults, toError } from "./faults.js";
import type { Handlers } from "./handler.js";
import type { MotoClient } from "./moto-client.js";

/** What the server is made of. */
export interface ServerParts {
  handlers: Record<string, Handlers>;
  moto: MotoClient;
  counts: RequestCounts;
  faults: Faults;
  admin: Admin;
}

/** Services that are wholly ours: what is not implemented there must not reach moto, which would take it for S3. */
const OURS = new Set(["ecr-public", "identitystore", "sso", "sso-oidc"]);

/** The server in front of moto: counts a request, lets a fault strike it, answers it or passes it on. */
export function createEmulatorServer(parts: ServerParts): Server {
  return createServer((request, response) => {
    serve(request, response, parts).catch((error: unknown) => {
      // A bug here, or moto is gone: a server error, as AWS would have, with the reason.
      const message = error instanceof Error ? error.message : String(error);
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end(`the emulator failed: ${message}`);
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: ServerParts): Promise<void> {
  const { method = "GET", url: path = "/", headers } = request;
  const body = await readBody(request);
  if (path.startsWith(ADMIN_PREFIX)) {
    return write(response, await answerAdmin({ method, path: path.slice(ADMIN_PREFIX.length), body }, parts.admin));
  }
  const call = parseCall({ method, path, headers, body });
  const fault = parts.faults.take(call, parts.counts.writes);
  const strikes = fault !== undefined && (fault.code !== undefined || fault.reset === true);
  parts.counts.add(call, strikes);
  if (fault?.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delay));
  if (fault?.reset) return void request.socket.destroy();
  if (fault !== undefined && strikes) return write(response, answerError(call, toError(fault, call)));
  write(response, await answer(call, parts));
}

async function answer(call: ApiCall, { handlers, moto }: ServerParts): Promise<Answer> {
  const operations = handlers[call.service] ?? {};
  const handler = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
  if (handler === undefined && !OURS.has(call.service)) return moto.forward(call);
  try {
    if (handler !== undefined) return await handler(call, moto);
    throw new ApiError("UnknownOperationException", `The emulator has no ${call.service} ${call.operation}`);
  } catch (error) {
    if (error instanceof ApiError) return answerError(call, error);
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}
