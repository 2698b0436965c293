/** One command of a deployment: data, so that tests run the very same argv as the container does. */
export interface Step {
  argv: readonly string[];
  /** Whether people see its output while it runs. What a quiet step writes may hold sensitive values. */
  quiet: boolean;
}

/** What a step came to. */
export interface StepResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Where the steps run, one after the other in one folder that holds `terraform/`: the predefined container, or a process of
 * this machine in rehearsals and tests. Its steps have the AWS credentials in their environment, and nothing else does.
 */
export interface Environment {
  /** Runs a step, each time it is called. Resolves whatever the exit code is. */
  run(step: Step): Promise<StepResult>;
  /** A folder that outlives the environment, by its path for steps; a state that could not be saved is kept there. */
  keepFolder: string;
}
