import { GenesisError } from "../lib/errors.js";

/** A call of AWS that failed, without its message, which can repeat what was sent and ids of keys and roles. */
export interface AwsFailure {
  /** AWS's name of the error, or that of the connection's. */
  name: string;
  /** Undefined where there was no answer: the connection broke, or the call ran out of time. */
  status: number | undefined;
}

/** Reads what a client threw. A GenesisError is final already and is thrown on. */
export function readFailure(error: unknown): AwsFailure {
  if (error instanceof GenesisError) throw error;
  const { name, code, $metadata } = error as NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  const said = status === undefined ? (code ?? name) : name;
  // The name comes from the server too.
  return { name: /^[A-Za-z][\w.]{0,79}$/.test(said) ? said : "an unnamed error", status };
}
