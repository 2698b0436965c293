import { randomUUID } from "node:crypto";
import type { ApiCall } from "./call.js";

/** What goes back to the client. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer;
}

/** An error of an AWS API. Handlers throw it; the server spells it as the call's protocol does. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Undefined: the protocol's usual one. */
    readonly status?: number,
    /** Members of the error beside its message. */
    readonly members: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** Answers a JSON call. */
export function answerJson(value: unknown): Answer {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(value) };
}

/** Answers a query call: the result's XML inside the wrapper that the protocol asks for. */
export function answerQuery(operation: string, result: string): Answer {
  const body = `<${operation}Response><${operation}Result>${result}</${operation}Result>${RESPONSE_METADATA()}</${operation}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

const RESPONSE_METADATA = () => `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;

/** Errors of the query and XML protocols that are 403 there; JSON protocols answer 400 to all of them. */
const FORBIDDEN = new Set(["AccessDenied", "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"]);

/**
 * Answers an error as the call's protocol spells it:
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and, for the sign-in,
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 */
export function answerError(call: ApiCall, error: ApiError): Answer {
  const { code, message, members } = error;
  const requestId = randomUUID();
  if (call.protocol === "json" || call.protocol === "rest-json") {
    const status = error.status ?? 400;
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
    const oauth = call.service === "sso-oidc" ? { error: oauthCode(code), error_description: message } : {};
    return { status, headers, body: JSON.stringify({ __type: code, message, Message: message, ...oauth, ...members }) };
  }
  const xml = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const headers = { "content-type": "text/xml" };
  if (call.protocol === "rest-xml") {
    const status = error.status ?? (code !== "ExpiredToken" && FORBIDDEN.has(code) ? 403 : 400);
    return { status, headers, body: `<Error>${xml}<RequestId>${requestId}</RequestId></Error>` };
  }
  const status = error.status ?? (FORBIDDEN.has(code) ? 403 : 400);
  const body = `<ErrorResponse><Error><Type>Sender</Type>${xml}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers, body };
}

/** `AuthorizationPendingException` is `authorization_pending` in OAuth. */
function oauthCode(code: string): string {
  return code
    .replace(/Exception$/, "")
    .replaceAll(/(?<!^)[A-Z]/g, "_$&")
    .toLowerCase();
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
