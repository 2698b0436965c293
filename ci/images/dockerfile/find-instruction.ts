import { posix } from "node:path";
import { type Instruction, listArguments, readDockerfile } from "./read.js";

/** What a builder says of a step that failed: the command that it ran, or a sentence. */
export interface FailedStep {
  cmd?: readonly string[];
  message: string;
}

/** Most of an instruction that is shown, in characters. */
const SHOWN = 200;

/**
 * Finds the instruction that failed: the RUN of a command, or the COPY or ADD of a file that is not there. BuildKit names no line for either.
 * Undefined where it stands in the Dockerfile of a base image, or with a variable in its path.
 */
export function findInstruction(text: string, step: FailedStep): { line: number; text: string } | undefined {
  const lines = text.split("\n");
  const { instructions } = readDockerfile(text);
  for (const [index, instruction] of instructions.entries()) {
    const { line } = instruction;
    const end = instructions[index + 1]?.line ?? lines.length + 1;
    const own = lines.slice(line - 1, end - 1).filter((each) => !/^\s*#/.test(each));
    if (!(step.cmd === undefined ? copies(instruction, step.message) : runs(instruction, own.join(""), step.cmd)))
      continue;
    // Of a text behind it, where it begins.
    const shown = (instruction.rest.includes("<<") ? own.slice(0, 1) : own)
      .map((each) => each.replace(/[\\`]\s*$/, "").trim())
      .join(" ")
      .trim();
    return { line, text: shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown };
  }
  return undefined;
}

/** Without what a shell and a parser do not agree on. */
const squash = (text: string) => text.replaceAll(/[\s\\`"']/g, "");

function runs({ keyword, rest, json }: Instruction, whole: string, cmd: readonly string[]): boolean {
  if (keyword !== "RUN") return false;
  // The form of words is run as it is; for the other, the last argument is what the shell runs.
  if (json !== undefined) return json.join("\0") === cmd.join("\0");
  const script = squash(cmd.at(-1) ?? "");
  return squash(rest) === script || (rest.includes("<<") && squash(whole).includes(script));
}

function copies(instruction: Instruction, message: string): boolean {
  const [, missing] = /lstat (\/.*): no such file/.exec(message) ?? [];
  if (missing === undefined || !["COPY", "ADD"].includes(instruction.keyword)) return false;
  return listArguments(instruction)
    .slice(0, -1)
    .some((source) => posix.join("/", source) === missing);
}
