import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { findTool } from "../../tools/find-tool.js";
import { runProgram } from "../fixtures/run-program.js";

const SCRIPT = fileURLToPath(new URL("./evaluate.py", import.meta.url));
const KNOWN = fileURLToPath(new URL("./known-symbols.json", import.meta.url));

/** What one symbol of a pinned version accepts: attributes with their types. */
export interface KnownSymbol {
  mandatory: string[];
  attributes: Record<string, string>;
  rule?: boolean;
  test?: boolean;
}
type Symbols = Record<string, Record<string, KnownSymbol>>;

/** What the pinned versions accept, as known-symbols.json holds it: symbols by the label that they are loaded from. */
export interface Known {
  modules: Record<string, string>;
  targets: Record<string, { labels: string[] }>;
  common: Pick<KnownSymbol, "attributes">;
  commonTest: Pick<KnownSymbol, "attributes">;
  globals: Record<"module" | "build", Record<string, KnownSymbol>>;
  extensions: Symbols;
  repositories: Symbols;
  symbols: Symbols;
}

/** One call that a Bazel file makes. */
export interface Call {
  /** The file that was evaluated, also where a macro of another file calls. */
  file: string;
  kind: "global" | "rule" | "repository" | "tag" | "use_repo";
  /** Where the symbol was loaded from; empty for what Bazel gives by itself and for rules of the repository. */
  label: string;
  name: string;
  arguments: Record<string, unknown>;
  /** Of a rule that the repository defines itself. */
  attributes?: Record<string, { type: string; mandatory: boolean }>;
}

export interface Evaluation {
  calls: Call[];
  errors: { file: string; message: string }[];
}

export async function readKnown(): Promise<Known> {
  return JSON.parse(await readFile(KNOWN, "utf8"));
}

/** Evaluates MODULE.bazel and every BUILD file below `root` with a Starlark interpreter. */
export async function evaluate(root: string, known: Known): Promise<Evaluation> {
  const python = await findTool("starlark");
  const { code, stdout, stderr } = await runProgram(python, [SCRIPT], { input: JSON.stringify({ root, known }) });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
