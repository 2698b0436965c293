import type { Run, Step } from "../../../ci/lib/step.js";
import { parseState, type State } from "../../../ci/terraform/state.js";

/** What a test says of an instance: `type.name["key"]`, its attributes, and whether it is tainted. */
export type TestInstance = readonly [
  type: string,
  key: string,
  attributes: Record<string, unknown>,
  status?: "tainted",
];

/** A state, as text, of instances named `this`. */
export function formatState(instances: readonly TestInstance[], { serial = 7, lineage = "x" } = {}): string {
  const resources = instances.map(([type, index_key, attributes, status]) => {
    return { mode: "managed", type, name: "this", instances: [{ index_key, attributes, ...(status && { status }) }] };
  });
  return JSON.stringify({ version: 4, serial, lineage, resources });
}

export const makeState = (instances: readonly TestInstance[]): State => parseState(formatState(instances));

/** Runs no program: what `answers` has for the first words of a step it says, a plan that fails and a state that is not kept by default. */
export function scriptRun(answers: Readonly<Record<string, { exitCode?: number; stdout?: string; stderr?: string }>>) {
  const steps: Step[] = [];
  const run: Run = async (step) => {
    steps.push(step);
    const line = step.argv.join(" ");
    const answer = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
    return { exitCode: line.startsWith("test ") ? 1 : 0, stdout: "", stderr: "", ...answer };
  };
  return { run, steps, list: () => steps.map(({ argv }) => argv.join(" ")) };
}
