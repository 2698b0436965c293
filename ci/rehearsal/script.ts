import { GenesisError } from "../lib/errors.js";

/** One step of a rehearsal, once it is done. */
export interface RehearsedStep {
  title: string;
  /** What was seen, in one sentence. */
  seen: string;
  seconds: number;
}

/**
 * Starts a script: runs a step, which says what it saw or throws, and ends with `rehearsal-failed` at the first surprise. `onStep` is told of
 * each step as it starts and as it ends, so that people see where it is.
 */
export function startScript(onStep: (line: string) => void) {
  const steps: RehearsedStep[] = [];
  const step = async (title: string, run: () => Promise<string>): Promise<void> => {
    onStep(`${steps.length + 1}. ${title} …`);
    const started = performance.now();
    const seen = await run().catch((cause: Error) => {
      const subject = `step ${steps.length + 1}, ${title}`;
      const parts = { subject, fact: "it did not go as rehearsed", details: cause.message };
      throw new GenesisError({ code: "rehearsal-failed", ...parts }, { cause });
    });
    const seconds = (performance.now() - started) / 1000;
    steps.push({ title, seen, seconds });
    onStep(`   ${seen} (${seconds.toFixed(1)} s)`);
  };
  return { steps, step };
}

/** Says that something is not as a rehearsal expects it; the step's own error then ends the rehearsal. */
export function expectSame(what: string, seen: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, and saw ${a}`);
}
