import { GenesisError } from "./errors.js";

/** One command: data, so that tests run the very same argv as the product does. */
export interface Step {
  /** The executable's name and its arguments. Paths are relative to the work folder. */
  argv: readonly string[];
  /** Environment variables that everybody may see. */
  env?: Readonly<Record<string, string>>;
  /** Environment variables that nobody may see. */
  secrets?: Readonly<Record<string, string>>;
  /** Files that are put into the work folder: path → text. */
  files?: Readonly<Record<string, string>>;
  /** Files of the work folder that nobody may see, and that are there for this step only: path → text. */
  secretFiles?: Readonly<Record<string, string>>;
  /** Whether its output is kept out of the logs: it may hold sensitive values, or megabytes. Needs a shell beside the executable. */
  quiet?: boolean;
  /** The file in which the step leaves what it has to say: its text is the result's `stdout`. For tools without a shell beside them. */
  output?: string;
}

/** What a step came to. */
export interface StepResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a step, each time it is called and once, and resolves whatever its exit code is. Steps run one after the other; the work folder
 * stays from one to the next, and the environment does not. Throws `tool-unavailable` where there is no such executable.
 */
export type Run = (step: Step) => Promise<StepResult>;

/** `tool-unavailable`: an executable, or the image that has it, could not be had. Nothing of the step ran. */
export function refuseTool(tool: string, fact: string, next: string, options?: ErrorOptions): GenesisError {
  return new GenesisError({ code: "tool-unavailable", subject: `tool ${tool}`, fact, next }, options);
}

/** `tool-unavailable` for an executable that is not where the steps run. */
export function refuseExecutable(tool: string, options?: ErrorOptions): GenesisError {
  const next = "the same command with a container that has it: the pinned one, or --environment of images/terraform";
  return refuseTool(tool, "there is no such executable", next, options);
}
