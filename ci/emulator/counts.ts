import type { ApiCall } from "./call.js";

/** How often an operation was called. */
export interface RequestCount {
  service: string;
  operation: string;
  /** Whether the operation changes something. */
  write: boolean;
  /** `bucket/key` for S3. */
  resource?: string;
  /** Requests that arrived. */
  count: number;
  /** Those of them that a fault answered, so that nothing was read or changed. */
  faulted: number;
}

/** Counts requests by operation, and for S3 by object too. */
export class RequestCounts {
  readonly #counts = new Map<string, RequestCount>();
  /** Writes that reached the services since the start, faulted ones left out; clear() leaves it. */
  writes = 0;

  add(call: ApiCall, faulted: boolean): void {
    const { service, operation, write, resource } = call;
    const key = [service, operation, resource ?? ""].join(" ");
    const entry = this.#counts.get(key) ?? {
      service,
      operation,
      write,
      ...(resource !== undefined && { resource }),
      count: 0,
      faulted: 0,
    };
    entry.count += 1;
    if (faulted) entry.faulted += 1;
    else if (write) this.writes += 1;
    this.#counts.set(key, entry);
  }

  list(): RequestCount[] {
    return [...this.#counts.values()].map((entry) => ({ ...entry }));
  }

  clear(): void {
    this.#counts.clear();
  }
}
