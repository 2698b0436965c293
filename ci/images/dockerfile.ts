import { GenesisError } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";

/** What checkDockerfile needs to know beside the text. */
export interface DockerfileFacts {
  subject: string;
  /** Dockerfile arguments that image.json binds to an image pin. */
  imageArgs: ReadonlySet<string>;
}

/** `${X}` or `$X`, the whole of it. */
const ARG_REFERENCE = /^\$(?:\{(\w+)\}|(\w+))$/;
/** A stage's number in `COPY --from=0`. */
const STAGE_NUMBER = /^\d+$/;

/**
 * Finds everything that a Dockerfile takes from outside without a pin: bases, `COPY --from`, `RUN --mount=from`,
 * a `# syntax=` frontend, `ADD` of a URL without a checksum. Returns `dockerfile-empty` or `dockerfile-unpinned` errors.
 */
export async function checkDockerfile(text: string, facts: DockerfileFacts): Promise<GenesisError[]> {
  const { DockerfileParser } = await import("dockerfile-ast");
  const dockerfile = DockerfileParser.parse(text);
  const froms = dockerfile.getFROMs();
  if (froms.length === 0) {
    return [new GenesisError({ code: "dockerfile-empty", subject: facts.subject, fact: "the file has no FROM" })];
  }
  const errors: GenesisError[] = [];
  const refuse = (line: number, fact: string) => {
    errors.push(new GenesisError({ code: "dockerfile-unpinned", subject: `${facts.subject}:${line + 1}`, fact }));
  };

  for (const directive of dockerfile.getDirectives()) {
    if (directive.getName().toLowerCase() === "syntax") {
      refuse(directive.getRange().start.line, `# syntax=${quoteText(directive.getValue())} fetches a frontend image`);
    }
  }
  const stages = new Set<string>();
  for (const from of froms) {
    const image = from.getImage() ?? "";
    if (!isPinned(image, stages, facts)) {
      refuse(from.getRange().start.line, `FROM ${quoteText(image)} is neither a bound argument nor an earlier stage`);
    }
    const stage = from.getBuildStage();
    if (stage !== null) stages.add(stage.toLowerCase());
  }
  for (const instruction of dockerfile.getInstructions()) {
    const line = instruction.getRange().start.line;
    for (const source of findSources(instruction)) {
      if (STAGE_NUMBER.test(source) || stages.has(source.toLowerCase())) continue;
      const what = `${instruction.getKeyword()} takes files from ${quoteText(source)}`;
      refuse(line, `${what}, which is no stage of this file`);
    }
    if (instruction.getKeyword() === "ADD" && addsUnchecked(instruction)) {
      refuse(line, "ADD downloads a URL without --checksum");
    }
  }
  return errors;
}

function isPinned(image: string, stages: ReadonlySet<string>, facts: DockerfileFacts): boolean {
  const match = ARG_REFERENCE.exec(image);
  const arg = match?.[1] ?? match?.[2];
  if (arg !== undefined) return facts.imageArgs.has(arg);
  return image.toLowerCase() === "scratch" || stages.has(image.toLowerCase());
}

/** The part of dockerfile-ast's instructions used here; COPY, ADD and RUN carry flags. */
interface FlaggedInstruction {
  getArguments(): { getValue(): string }[];
  getFlags?(): { getName(): string; getValue(): string | null }[];
}

/** The values of `--from=` and of `from=` in `--mount=`. */
function findSources(instruction: FlaggedInstruction): string[] {
  return (instruction.getFlags?.() ?? []).flatMap((flag) => {
    const value = flag.getValue() ?? "";
    if (flag.getName() === "from") return [value];
    if (flag.getName() !== "mount") return [];
    return value.split(",").flatMap((option) => (option.startsWith("from=") ? [option.slice("from=".length)] : []));
  });
}

function addsUnchecked(instruction: FlaggedInstruction): boolean {
  const remote = instruction.getArguments().some((argument) => /^(?:https?|git|ssh):|^git@/.test(argument.getValue()));
  return remote && !(instruction.getFlags?.() ?? []).some((flag) => flag.getName() === "checksum");
}
