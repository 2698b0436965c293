import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { showLine } from "../lib/inert.js";
import { readJson } from "../lib/read-json.js";
import { parseRetryAfter, TransientError } from "./retry.js";

/**
 * What the client does, in the registry's terms, and the IAM actions behind it:
 * https://docs.aws.amazon.com/AmazonECR/latest/public/public-repository-policy-examples.html
 */
const PERMISSIONS = {
  "read a manifest": "pull access",
  "read a blob": "pull access",
  "look for a blob": "ecr-public:BatchCheckLayerAvailability",
  "upload a blob": "ecr-public:InitiateLayerUpload, ecr-public:UploadLayerPart and ecr-public:CompleteLayerUpload",
  "put a manifest": "ecr-public:PutImage",
  "get a token": "ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken",
} as const;

const errorBodySchema = z.object({
  errors: z.array(z.object({ code: z.string().catch(""), message: z.string().catch("") })).min(1),
});

/** The first error of a registry's answer; code and message are empty where it sent none. */
export interface RegistryProblem {
  status: number;
  code: string;
  message: string;
}

/** Most of an error that is read, in bytes. */
const PROBLEM_MAX = 1 << 16;

/** The start of an answer's body: up to `max` bytes, and a bit more where it goes on. */
export async function readStart(response: Response, max: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > max) break;
  }
  return Buffer.concat(chunks);
}

/** Reads the error body of the distribution specification ("Error Codes"). */
export async function readProblem(response: Response): Promise<RegistryProblem> {
  // Of a proxy's HTML page, or of an answer that breaks off, the status says enough.
  const text = await readStart(response, PROBLEM_MAX).catch(() => "");
  const body = readJson(text.toString("utf8")).value;
  const { code, message } = errorBodySchema.safeParse(body).data?.errors[0] ?? { code: "", message: "" };
  return { status: response.status, code, message };
}

/**
 * Public ECR answers an expired token with 400 or 403 and no challenge
 * (https://github.com/aws/containers-roadmap/issues/2835), everyone else with 401.
 */
export function isUnauthorized(problem: RegistryProblem): boolean {
  if (problem.status === 401) return true;
  return (problem.status === 400 || problem.status === 403) && /token\b.*\b(?:expired|invalid)/i.test(problem.message);
}

/** Where an operation happened, for its errors. */
export interface Place {
  operation: keyof typeof PERMISSIONS;
  /** Repository or token server as shown to people. */
  subject: string;
}

/** The error of a final answer, or the TransientError of one that may pass. */
export function describeProblem(place: Place, problem: RegistryProblem, retryAfter: string | null): Error {
  const { operation, subject } = place;
  const said = problem.message === "" ? "" : ` (${oneLine(problem.code)}: ${oneLine(problem.message)})`;
  if (problem.status === 429 || problem.status >= 500) {
    const pause = parseRetryAfter(retryAfter, Date.now());
    return new TransientError(`the registry answered ${problem.status}${said}`, problem.status, pause);
  }
  if (isUnauthorized(problem)) {
    return new GenesisError({
      code: "registry-unauthorized",
      subject,
      fact: `the registry did not accept the credentials, nor a fresh token, to ${operation}${said}`,
    });
  }
  if (problem.status === 403) {
    return new GenesisError({
      code: "registry-forbidden",
      subject,
      fact: `these credentials may not ${operation}${said}; that needs ${PERMISSIONS[operation]}`,
    });
  }
  if (problem.status === 404 && problem.code === "NAME_UNKNOWN") {
    return new GenesisError({ code: "repository-missing", subject, fact: "the registry has no such repository" });
  }
  return new GenesisError({
    code: "registry-refused",
    subject,
    fact: `the registry answered ${problem.status} to a request to ${operation}${said}`,
  });
}

/** `registry-refused`: an answer that says it is good, and is not one of the protocol. */
export function refuseAnswer({ operation, subject }: Place, fact: string): GenesisError {
  return new GenesisError({
    code: "registry-refused",
    subject,
    fact: `the registry's answer to a request to ${operation} cannot be used: ${fact}`,
  });
}

/** Throws the TransientError of a connection that broke. Node says "fetch failed" and keeps the reason in the cause. */
export function throwBreak(error: unknown): never {
  const { cause, message } = error as Error;
  const reason = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : message;
  throw new TransientError(`the connection failed (${reason})`);
}

/** Whether an error is `repository-missing`: a repository that Terraform has still to make, and that holds nothing. */
export function isMissingRepository(error: unknown): boolean {
  return error instanceof GenesisError && error.code === "repository-missing";
}

/** The error after the last attempt. */
export function describeExhaustion(place: Place, error: TransientError, attempts: string): GenesisError {
  return new GenesisError({
    code: error.status === 429 ? "registry-throttled" : "registry-unavailable",
    subject: place.subject,
    fact: `${attempts} to ${place.operation} failed, the last because ${error.fact}`,
  });
}

/** What could be a token, or credentials in base64: a registry, or what stands before it, may repeat what was sent. */
const LONG_WORD = /[\w+/=%.~-]{32,}/g;
/** Digests and ids, which help. */
const PLAIN_HEX = /^[0-9a-f]+$/;

function oneLine(text: string): string {
  // Before it is cut, which could leave half a token.
  const told = text.slice(0, 10_000).replaceAll(LONG_WORD, (word) => (PLAIN_HEX.test(word) ? word : "…"));
  return showLine(told.replaceAll(/\s+/g, " ").slice(0, 200));
}
