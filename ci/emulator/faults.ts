import { ApiError } from "./answer.js";
import type { ApiCall } from "./call.js";
import { isObject } from "./input.js";

/** What goes wrong, and when. */
export interface Fault {
  /** Undefined: every service. */
  service?: string;
  /** Undefined: every operation. */
  operation?: string;
  /** Undefined: reads and writes. */
  write?: boolean;
  /** S3: how `bucket/key` ends. */
  resource?: string;
  /** AWS's error code, such as ThrottlingException. ExpiredToken is spelled as each protocol spells it. */
  code?: string;
  message?: string;
  /** HTTP status; by default that of the protocol. */
  status?: number;
  /** Breaks the connection in place of an answer. */
  reset?: boolean;
  /** Milliseconds to wait first. Without code or reset the request then passes. */
  delay?: number;
  /** How many requests it strikes; by default all. */
  times?: number;
  /** How many writes must have passed, to any service, since the fault was set. */
  after?: number;
}

const FIELDS: Record<keyof Fault, "string" | "number" | "boolean"> = {
  service: "string",
  operation: "string",
  write: "boolean",
  resource: "string",
  code: "string",
  message: "string",
  status: "number",
  reset: "boolean",
  delay: "number",
  times: "number",
  after: "number",
};

/** Parses a fault. Throws a TypeError that names the field: a rule that never strikes would let a test pass for nothing. */
export function parseFault(value: unknown): Fault {
  if (!isObject(value)) throw new TypeError("a fault is a JSON object");
  for (const [name, each] of Object.entries(value)) {
    const kind = (FIELDS as Record<string, string>)[name];
    if (kind === undefined) throw new TypeError(`a fault has no field ${name}; known are ${Object.keys(FIELDS)}`);
    const valid = kind === "number" ? Number.isInteger(each) && Number(each) >= 0 : typeof each === kind;
    if (!valid) throw new TypeError(`field ${name} of a fault is a ${kind}`);
  }
  const fault = value as Fault;
  if (fault.code === undefined && fault.reset === undefined && fault.delay === undefined) {
    throw new TypeError("a fault has a code, a reset or a delay");
  }
  return fault;
}

/** The faults that are set. */
export class Faults {
  #rules: { fault: Fault; from: number; left: number }[] = [];

  /** `writes`: how many have passed so far. */
  set(fault: Fault, writes: number): void {
    const left = fault.times ?? Number.POSITIVE_INFINITY;
    this.#rules.push({ fault, from: writes + (fault.after ?? 0), left });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The first fault that strikes a call, spent by one. */
  take(call: ApiCall, writes: number): Fault | undefined {
    const rule = this.#rules.find(({ fault, from, left }) => left > 0 && writes >= from && matches(fault, call));
    if (rule !== undefined) rule.left -= 1;
    return rule?.fault;
  }
}

function matches(fault: Fault, call: ApiCall): boolean {
  return (
    (fault.service ?? call.service) === call.service &&
    (fault.operation ?? call.operation) === call.operation &&
    (fault.write ?? call.write) === call.write &&
    (fault.resource === undefined || (call.resource?.endsWith(fault.resource) ?? false))
  );
}

/** The error of a fault with a code. */
export function toError(fault: Fault, call: ApiCall): ApiError {
  const code = fault.code ?? "InternalFailure";
  const expired = code === "ExpiredToken" && call.protocol !== "query" && call.protocol !== "rest-xml";
  const message = fault.message ?? (code === "ExpiredToken" ? EXPIRED : `${code}, set as a fault`);
  return new ApiError(expired ? "ExpiredTokenException" : code, message, fault.status);
}

const EXPIRED = "The security token included in the request is expired";
