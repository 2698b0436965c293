import { GenesisError } from "../../lib/errors.js";
import { type Platform, quoteText } from "../../lib/names.js";
import { type Finding, findUnpinnedAddress } from "./address.js";
import { expandWord, type Lookup, UNKNOWN } from "./expand.js";
import {
  findFlags,
  findSyntax,
  type Instruction,
  listArguments,
  listAssignments,
  listMounts,
  parseHeredoc,
  readDockerfile,
  readStageName,
} from "./read.js";

/** What checkDockerfile needs to know beside the text. */
export interface DockerfileFacts {
  subject: string;
  /** The build's arguments, with their values. */
  args: Readonly<Record<string, string>>;
  /** Those of the values that are image pins. */
  images: ReadonlySet<string>;
  /** What the image is built for: a Dockerfile can choose by it. */
  platforms: readonly Platform[];
}

/** Set by a forced rebuild. A RUN below `ARG GENESIS_GENERATION` then misses the engine's cache. */
export const GENERATION_ARG = "GENESIS_GENERATION";

type Refuse = (instruction: { line: number }, finding: Finding) => void;

const EMPTY_IMAGE = "scratch";
/** COPY counts stages; what is longer than any number is a name. */
const STAGE_NUMBER = /^[+-]?\d{1,18}$/;

/**
 * Finds everything that a Dockerfile takes from outside without a pin, whatever its spelling: bases, `COPY --from`,
 * `RUN --mount=from`, a `# syntax=` frontend, `ADD` of a URL or a git repository. Reads the file as BuildKit does, for each
 * platform. Returns `dockerfile-empty` and `dockerfile-unpinned` errors. The ONBUILD of a base image is not looked at.
 */
export function checkDockerfile(text: string, facts: DockerfileFacts): GenesisError[] {
  const errors = new Map<string, GenesisError>();
  const refuse: Refuse = ({ line }, finding) => {
    const error = new GenesisError({ code: "dockerfile-unpinned", subject: `${facts.subject}:${line}`, ...finding });
    errors.set(error.message, error);
  };
  const syntax = findSyntax(text);
  if (syntax !== undefined) {
    const fact = `the directive syntax=${quoteText(syntax.value)} fetches a frontend image`;
    refuse(syntax, { fact, next: "remove the line: the engine's own frontend reads the file" });
  }
  const { instructions, token } = readDockerfile(text);
  if (instructions.some(({ keyword }) => keyword === "FROM")) {
    for (const platform of facts.platforms) new Reading(instructions, token, facts, platform, refuse).run();
    return [...errors.values()];
  }
  const empty = new GenesisError({ code: "dockerfile-empty", subject: facts.subject, fact: "the file has no FROM" });
  return [...errors.values(), empty];
}

/** A stage, as far as it is read. */
interface Stage {
  /** What ARG and ENV set. */
  vars: Map<string, string>;
  /** What ENV set: it stays in the image. */
  env: Map<string, string>;
  /** Whether its base is from outside, and may set what this file does not show. */
  isOpen: boolean;
  /** What ONBUILD keeps for the stages on top of it. */
  triggers: Instruction[];
}

/** One reading of a Dockerfile, for one platform: BuildKit's dockerfile2llb, as far as it decides what is fetched. */
class Reading {
  /** What a build sets: `--force` adds a number, which nothing may hang on. */
  readonly #args: ReadonlyMap<string, string>;
  /** What FROM sees. */
  readonly #globals = new Map<string, string>();
  readonly #stages = new Map<string, Stage>();
  /** The names of all stages: COPY and RUN find later ones too, and BuildKit refuses those. */
  readonly #names: ReadonlySet<string>;

  constructor(
    private readonly instructions: readonly Instruction[],
    private readonly token: string,
    private readonly facts: DockerfileFacts,
    platform: Platform,
    private readonly refuse: Refuse,
  ) {
    this.#args = new Map([[GENERATION_ARG, UNKNOWN], ...Object.entries(facts.args)]);
    const names = instructions.filter(({ keyword }) => keyword === "FROM").map(readStageName);
    this.#names = new Set(names.filter((name) => name !== ""));
    const [os = "", arch = "", variant = ""] = platform.split("/");
    const target = { PLATFORM: platform, OS: os, OSVERSION: "", ARCH: arch, VARIANT: variant };
    for (const [name, value] of Object.entries(target)) {
      this.#globals.set(`TARGET${name}`, value);
      // The engine's own platform.
      this.#globals.set(`BUILD${name}`, UNKNOWN);
    }
    this.#globals.set("TARGETSTAGE", names.at(-1) || "default");
    for (const [name, value] of this.#args) if (this.#globals.has(name)) this.#globals.set(name, value);
  }

  run(): void {
    let stage: Stage | undefined;
    for (const instruction of this.instructions) {
      if (instruction.keyword === "FROM") stage = this.#open(instruction);
      else if (stage !== undefined) this.#read(instruction, stage);
      else if (instruction.keyword === "ARG") this.#declare(instruction, this.#globals, this.#lookUpGlobal);
    }
  }

  #lookUpGlobal: Lookup = (name) => this.#globals.get(name);

  #expand(word: string, lookup: Lookup): string {
    return expandWord(word, this.token, lookup);
  }

  #open(from: Instruction): Stage {
    const [written = ""] = listArguments(from);
    const image = this.#expand(written, this.#lookUpGlobal);
    const base = this.#stages.get(image);
    if (base === undefined && image !== EMPTY_IMAGE && !this.facts.images.has(image)) {
      this.refuse(from, this.#describeBase(written, image));
    }
    const stage: Stage = {
      vars: new Map([...(base?.vars ?? []), ...(base?.env ?? [])]),
      env: new Map(base?.env),
      isOpen: base?.isOpen ?? image !== EMPTY_IMAGE,
      triggers: [],
    };
    for (const trigger of base?.triggers ?? []) this.#set(trigger, stage);
    const name = readStageName(from);
    if (name !== "") this.#stages.set(name, stage);
    return stage;
  }

  #describeBase(written: string, image: string): Finding {
    const quoted = `FROM ${quoteText(written)}`;
    if (image === "") return { fact: `${quoted} is empty: no ARG before the first FROM sets it` };
    if (image.includes(UNKNOWN)) return { fact: `${quoted} depends on what only the build knows` };
    const lower = image.toLowerCase();
    if (this.#stages.has(lower))
      return { fact: `${quoted} names no stage: stages are lower-case`, next: `write ${lower}` };
    const expanded = image === written ? "" : `, which is ${quoteText(image)},`;
    return { fact: `${quoted}${expanded} is neither a bound argument nor an earlier stage` };
  }

  #read(instruction: Instruction, stage: Stage): void {
    const { trigger } = instruction;
    this.#set(instruction, stage);
    this.#judge(instruction, "", stage, this.#names);
    if (trigger === undefined) return;
    stage.triggers.push(trigger);
    // It runs in builds that this file does not know: no variable and no stage of it is theirs.
    this.#judge(trigger, "ONBUILD ", { vars: new Map(), env: new Map(), isOpen: true, triggers: [] }, new Set());
  }

  #set(instruction: Instruction, stage: Stage): void {
    const lookup = makeLookup(stage);
    if (instruction.keyword === "ARG") this.#declare(instruction, stage.vars, lookup);
    if (instruction.keyword !== "ENV") return;
    const pairs = listAssignments(instruction, this.token).map(({ name, value = "" }) =>
      [name, value].map((word) => this.#expand(word, lookup)),
    );
    for (const [name = "", value = ""] of pairs) {
      stage.vars.set(name, value);
      stage.env.set(name, value);
    }
  }

  /** ARG: what the build sets, else its default, else, in a stage, what stands before the first FROM. */
  #declare(instruction: Instruction, vars: Map<string, string>, lookup: Lookup): void {
    for (const { name, value } of listAssignments(instruction, this.token)) {
      const fallback = value === undefined ? this.#globals.get(name) : this.#expand(value, lookup);
      const set = this.#args.get(name) ?? fallback;
      if (set !== undefined) vars.set(name, set);
    }
  }

  #judge(instruction: Instruction, prefix: string, stage: Stage, stages: ReadonlySet<string>): void {
    const { keyword } = instruction;
    const images = (names: readonly string[]) => {
      for (const name of names) {
        if (name === "" || name === EMPTY_IMAGE || stages.has(name.toLowerCase()) || this.facts.images.has(name))
          continue;
        this.refuse(instruction, describeSource(`${prefix}${keyword}`, name));
      }
    };
    if (keyword === "COPY") images(findFlags(instruction, "from").filter((name) => !STAGE_NUMBER.test(name)));
    if (keyword === "RUN") images(listMounts(instruction));
    if (keyword !== "ADD") return;
    const lookup = makeLookup(stage);
    const checksum = this.#expand(findFlags(instruction, "checksum").join(" "), lookup);
    for (const written of listArguments(instruction).slice(0, -1)) {
      if (parseHeredoc(written) !== undefined) continue;
      const finding = findUnpinnedAddress(this.#expand(written, lookup), checksum, written);
      if (finding !== undefined) this.refuse(instruction, { ...finding, fact: `${prefix}${finding.fact}` });
    }
  }
}

const makeLookup =
  ({ vars, isOpen }: Stage): Lookup =>
  (name) =>
    vars.get(name) ?? (isOpen ? UNKNOWN : undefined);

function describeSource(what: string, name: string): Finding {
  const taken = `${what} takes files from ${quoteText(name)}`;
  if (what.startsWith("ONBUILD ")) {
    const next = "write the instruction into the Dockerfiles that build on this image";
    return { fact: `${taken}, which this file cannot pin for the builds that run it`, next };
  }
  const next = "bind ARG X to a pin in image.json, write FROM ${X} AS x, and take the files from x";
  if (!STAGE_NUMBER.test(name)) return { fact: `${taken}, which is no stage of this file`, next };
  return {
    fact: `${taken}, which is the name of an image to RUN`,
    next: "name the stage by AS, and take them from it",
  };
}
