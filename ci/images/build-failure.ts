import { GenesisError } from "../lib/errors.js";
import { type FailedStep, findInstruction } from "./dockerfile/find-instruction.js";

/** What is shown of each output of the step that failed, in lines. */
const SHOWN_LINES = 20;

/** What failed, for whom. */
export interface BuildFailure {
  code: "build-failed" | "smoke-failed";
  /** The image's name. */
  image: string;
  platform: string;
  fact: string;
  /** The text of the Dockerfile, where one of its instructions may be what failed. */
  dockerfile?: string;
}

/** What an engine's error holds beside its message, where it is of a command. */
interface EngineError extends FailedStep {
  exitCode?: number;
  stdout?: string;
  stderr?: string;
}

/** Says why an image did not build: the instruction with its line, how its command ended, and the last lines of what it wrote. */
export function describeBuildFailure(failure: BuildFailure, error: unknown): GenesisError {
  const { code, image, platform, fact, dockerfile } = failure;
  const { cmd, message, exitCode = 0, stdout = "", stderr = "" } = error as EngineError;
  const found = dockerfile === undefined ? undefined : findInstruction(dockerfile, { message, ...(cmd && { cmd }) });
  const details = [
    ...(found === undefined ? [] : [`Dockerfile:${found.line}: ${found.text}`]),
    exitCode > 0 ? `exit code ${exitCode}` : cleanMessage(message),
    ...[stdout, stderr].flatMap((output) =>
      output.trim() === "" ? [] : output.trimEnd().split("\n").slice(-SHOWN_LINES),
    ),
  ];
  const next = `dagger call build-image --name ${image}`;
  return new GenesisError({ code, subject: `image ${image} ${platform}`, fact, details, next });
}

/** A message of the engine without what only it can read: the ids of what it was loading, and of the trace. */
function cleanMessage(message: string): string {
  return message
    .replace(/ ?\[traceparent:[^\]]*\]/, "")
    .replace(/^failed to load container from converted ID: .*\binputs: /s, "")
    .replace(/^failed to clone built container state: /, "");
}
