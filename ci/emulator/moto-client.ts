import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./answer.js";
import { ApiError } from "./answer.js";
import type { ApiCall } from "./call.js";
import { exchange } from "./exchange.js";
import { type Input, isObject } from "./input.js";
import { MANAGEMENT_ACCOUNT } from "./moto.js";

/** X-Amz-Target and signing name of the services that handlers ask. */
const SERVICES = {
  organizations: { target: "AWSOrganizationsV20161128", signingName: "organizations" },
  "sso-admin": { target: "SWBExternalService", signingName: "sso" },
} as const;

/** Headers of one connection, which must not be passed on. */
const HOP_BY_HOP = new Set(["connection", "expect", "host", "keep-alive", "transfer-encoding", "content-length"]);

/** What handlers may ask of moto. */
export class MotoClient {
  readonly #accounts = new Map<string, Promise<string>>();

  constructor(private readonly port: number) {}

  /** Passes a call on as it came. */
  forward(call: ApiCall): Promise<Answer> {
    const headers = Object.fromEntries(Object.entries(call.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
    return this.#send(call.method, call.url.pathname + call.url.search, headers, call.body);
  }

  /** Passes a JSON call on and parses the answer. Throws moto's error as an ApiError. */
  async forwardJson(call: ApiCall): Promise<Input> {
    return parseAnswer(await this.forward(call));
  }

  /** Makes a JSON call in the name of `by`; without an access key in that of the management account. */
  async ask(
    by: { accessKey?: string; region: string },
    service: keyof typeof SERVICES,
    operation: string,
    input: Input,
  ): Promise<Input> {
    const { target, signingName } = SERVICES[service];
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${target}.${operation}`,
      authorization: sign(by.accessKey ?? "unsigned", by.region, signingName),
    };
    return parseAnswer(await this.#send("POST", "/", headers, Buffer.from(JSON.stringify(input))));
  }

  /** The account of whoever signed a call: that of a user, or of the role that was assumed. */
  getAccount(call: ApiCall): Promise<string> {
    if (call.accessKey === undefined) return Promise.resolve(MANAGEMENT_ACCOUNT);
    const known = this.#accounts.get(call.accessKey);
    if (known !== undefined) return known;
    const found = this.sts(call.accessKey, { Action: "GetCallerIdentity" }).then((xml) => {
      const account = /<Account>(\d{12})<\/Account>/.exec(xml)?.[1];
      if (account === undefined) throw new Error("GetCallerIdentity names no account");
      return account;
    });
    this.#accounts.set(call.accessKey, found);
    found.catch(() => this.#accounts.delete(call.accessKey ?? ""));
    return found;
  }

  /** All pages of a list. */
  async askAll(
    by: { accessKey?: string; region: string },
    service: keyof typeof SERVICES,
    operation: string,
    input: Input,
    field: string,
  ): Promise<unknown[]> {
    const all: unknown[] = [];
    let token: unknown;
    do {
      const answer = await this.ask(by, service, operation, {
        ...input,
        ...(token !== undefined && { NextToken: token }),
      });
      all.push(...((answer[field] ?? []) as unknown[]));
      token = answer.NextToken ?? undefined;
    } while (token !== undefined);
    return all;
  }

  /** Makes a call to STS and returns the XML. */
  async sts(accessKey: string, parameters: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ Version: "2011-06-15", ...parameters }).toString();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      authorization: sign(accessKey, "us-east-1", "sts"),
    };
    const answer = await this.#send("POST", "/", headers, Buffer.from(body));
    if (answer.status !== 200) throw new Error(`${parameters.Action} answered ${answer.status}`);
    return answer.body.toString();
  }

  async #send(method: string, path: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const answer = await exchange(this.port, { method, path, headers, body });
    const kept = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
    // The length of what GET would return is part of an answer to HEAD.
    const length = answer.headers["content-length"];
    return {
      ...answer,
      headers: { ...kept, ...(method === "HEAD" && length !== undefined && { "content-length": length }) },
    };
  }
}

/** An Authorization header that says who and what; moto checks no signature. */
function sign(accessKey: string, region: string, signingName: string): string {
  const scope = `${accessKey}/20250101/${region}/${signingName}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}

function parseAnswer(answer: Answer): Input {
  const text = answer.body.toString();
  const value: unknown = text === "" ? {} : JSON.parse(text);
  if (!isObject(value)) throw new Error("moto answered something else than a JSON object");
  if (answer.status === 200) return value;
  const { __type: type, message, Message, ...members } = value;
  const code = String(type ?? answer.headers["x-amzn-errortype"] ?? "InternalFailure")
    .split("#")
    .at(-1);
  throw new ApiError(code ?? "InternalFailure", String(message ?? Message ?? ""), answer.status, members);
}
