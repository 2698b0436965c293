import { GenesisError } from "../lib/errors.js";

/** One step of a rehearsal, once it is done. */
export interface RehearsedStep {
  title: string;
  /** What was seen, in one sentence. */
  seen: string;
  seconds: number;
}

/** A rehearsal as it goes on: its steps, timed, and the end at the first surprise. */
export interface Script {
  steps: RehearsedStep[];
  /** Runs a step, which says what it saw, or throws. */
  step(title: string, run: () => Promise<string>): Promise<void>;
}

/** Starts a script. `onStep` is told of each step as it starts and as it ends, so that people see where it is. */
export function startScript(onStep: (line: string) => void): Script {
  const steps: RehearsedStep[] = [];
  return {
    steps,
    step: async (title, run) => {
      onStep(`${steps.length + 1}. ${title} …`);
      const started = performance.now();
      try {
        const seen = await run();
        const seconds = (performance.now() - started) / 1000;
        steps.push({ title, seen, seconds });
        onStep(`   ${seen} (${seconds.toFixed(1)} s)`);
      } catch (error) {
        throw describeSurprise(steps.length + 1, title, error);
      }
    },
  };
}

/** Says that something is not as a rehearsal expects it; the step's own error then ends the rehearsal. */
export function expectSame(what: string, seen: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, and saw ${a}`);
}

function describeSurprise(number: number, title: string, cause: unknown): GenesisError {
  return new GenesisError(
    {
      code: "rehearsal-failed",
      subject: `step ${number}, ${title}`,
      fact: "it did not go as rehearsed",
      details: (cause as Error).message,
    },
    { cause },
  );
}
