import type { IncomingHttpHeaders } from "node:http";
import { isWrite } from "./kinds.js";
import { nameS3Operation } from "./s3/operations.js";

/** How an API spells requests and errors: https://smithy.io/2.0/aws/protocols/index.html */
export type Protocol = "json" | "query" | "rest-json" | "rest-xml";

/** A request to an AWS API, parsed as far as every part of the emulator needs it. */
export interface ApiCall {
  /** Endpoint prefix of the service, as in botocore: `sso-admin`, not its signing name `sso`. */
  service: string;
  operation: string;
  protocol: Protocol;
  /** Whether the operation changes something. */
  write: boolean;
  /** `bucket/key` of a call to S3. */
  resource?: string;
  /** The access key that signed; undefined for calls that nobody signs. */
  accessKey?: string;
  region: string;
  method: string;
  /** Path with query. */
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Parameters of a JSON or query call; empty for others. */
  input: Record<string, unknown>;
}

/** Services by the first part of X-Amz-Target, where the signing name does not tell them. */
const TARGETS: Record<string, string> = { SWBExternalService: "sso-admin" };

/** Calls that nobody signs: the Identity Center's sign-in and portal. */
const UNSIGNED: Record<string, readonly [service: string, operation: string]> = {
  "POST /client/register": ["sso-oidc", "RegisterClient"],
  "POST /device_authorization": ["sso-oidc", "StartDeviceAuthorization"],
  "POST /token": ["sso-oidc", "CreateToken"],
  "GET /assignment/accounts": ["sso", "ListAccounts"],
  "GET /assignment/roles": ["sso", "ListAccountRoles"],
  "GET /federation/credentials": ["sso", "GetRoleCredentials"],
  "POST /logout": ["sso", "Logout"],
};

/** What arrived. */
export interface RawRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Parses a request. A body that is no JSON or form gives an empty input: the service then names what it misses. */
export function parseCall({ method, path, headers, body }: RawRequest): ApiCall {
  const url = new URL(path, "http://emulator");
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
  const credential = headers.authorization ?? url.searchParams.get("X-Amz-Credential") ?? "";
  const scope = /(?:Credential=|^)([^/\s,]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(credential);
  const [, accessKey, region = "us-east-1", signingName] = scope ?? [];
  const rest = { method, url, headers, body, region, ...(accessKey !== undefined && { accessKey }) };

  const [prefix = "", target] = headerText(headers["x-amz-target"]).split(".");
  if (target !== undefined) {
    const service = TARGETS[prefix] ?? signingName ?? prefix;
    const input = parseJsonObject(body);
    return { ...rest, service, operation: target, protocol: "json", write: isWrite(service, target), input };
  }
  if (signingName !== "s3" && headerText(headers["content-type"]).startsWith("application/x-www-form-urlencoded")) {
    const input = Object.fromEntries(new URLSearchParams(body.toString("utf8")));
    const operation = input.Action ?? "Unknown";
    // AssumeRoleWithWebIdentity is not signed.
    const service = signingName ?? "sts";
    return { ...rest, service, operation, protocol: "query", write: isWrite(service, operation), input };
  }
  const unsigned = signingName === undefined ? UNSIGNED[`${method} ${url.pathname}`] : undefined;
  if (unsigned !== undefined) {
    const [service, operation] = unsigned;
    const query = Object.fromEntries(url.searchParams);
    const input = { ...query, ...parseJsonObject(body) };
    return { ...rest, service, operation, protocol: "rest-json", write: isWrite(service, operation), input };
  }
  if (signingName === "s3" || signingName === undefined) {
    const { operation, resource } = nameS3Operation(method, url, headers);
    return {
      ...rest,
      service: "s3",
      operation,
      resource,
      protocol: "rest-xml",
      write: isWrite("s3", operation),
      input: {},
    };
  }
  // The other REST services of this organization name the operation in the path: POST /putAlternateContact.
  const last = url.pathname.split("/").at(-1) ?? "";
  const operation = last.charAt(0).toUpperCase() + last.slice(1);
  const input = parseJsonObject(body);
  const write = isWrite(signingName, operation);
  return { ...rest, service: signingName, operation, protocol: "rest-json", write, input };
}

function headerText(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

function parseJsonObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
