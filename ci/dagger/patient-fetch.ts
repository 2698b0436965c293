/** A fetch with Bun's own option beside the standard ones: https://bun.sh/docs/api/fetch */
type BunFetch = (input: string | URL | Request, init?: RequestInit & { timeout?: boolean }) => Promise<Response>;

/**
 * A fetch that waits as long as it takes. Bun's gives up after 300 s, whatever signal it is given; the SDK calls the engine by it, and the
 * engine then cancels what it was about: a build under emulation, or an apply, in its middle. Who wants a limit passes a signal.
 */
export function makePatient(fetch: BunFetch): BunFetch {
  return (input, init) => fetch(input, { ...init, timeout: false });
}

/** Makes the runtime's fetch patient, where it is Bun's. */
export function waitForEngine(): void {
  if (process.versions.bun === undefined) return;
  globalThis.fetch = Object.assign(makePatient(globalThis.fetch), globalThis.fetch);
}
