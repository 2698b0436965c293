import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { findTool } from "../../tools/find-tool.js";

const SCRIPT = fileURLToPath(new URL("./evaluate.py", import.meta.url));
const KNOWN = fileURLToPath(new URL("./known-symbols.json", import.meta.url));

const symbolSchema = z.strictObject({
  module: z.string(),
  source: z.url(),
  mandatory: z.array(z.string()),
  attributes: z.record(z.string(), z.string()),
  /** Takes what every rule takes. */
  rule: z.boolean().optional(),
  /** Takes what every test takes. */
  test: z.boolean().optional(),
});
const symbolsSchema = z.record(z.string(), z.record(z.string(), symbolSchema));
const sharedSchema = z.strictObject({ source: z.url(), attributes: z.record(z.string(), z.string()) });

const knownSchema = z.strictObject({
  about: z.string(),
  modules: z.record(z.string(), z.string()),
  targets: z.record(z.string(), z.strictObject({ source: z.url(), labels: z.array(z.string()) })),
  common: sharedSchema,
  commonTest: sharedSchema,
  globals: z.strictObject({
    module: z.record(z.string(), symbolSchema),
    build: z.record(z.string(), symbolSchema),
    bzl: z.record(z.string(), symbolSchema),
  }),
  extensions: symbolsSchema,
  repositories: symbolsSchema,
  symbols: symbolsSchema,
});

const callSchema = z.strictObject({
  /** The file that was evaluated, also where a macro of another file calls. */
  file: z.string(),
  kind: z.enum(["global", "rule", "repository", "tag", "use_repo"]),
  /** Where the symbol was loaded from; empty for what Bazel gives by itself and for rules of the repository. */
  label: z.string(),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** Of a rule that the repository defines itself. */
  attributes: z.record(z.string(), z.strictObject({ type: z.string(), mandatory: z.boolean() })).optional(),
});

const evaluationSchema = z.strictObject({
  calls: z.array(callSchema),
  errors: z.array(z.strictObject({ file: z.string(), message: z.string() })),
  /** What the repository's own repository rules wrote: label → text. */
  files: z.record(z.string(), z.string()),
});

/** What one symbol of a pinned version accepts. */
export type KnownSymbol = z.output<typeof symbolSchema>;
/** What the pinned versions accept, as known-symbols.json holds it. */
export type Known = z.output<typeof knownSchema>;
/** One call that a Bazel file makes. */
export type Call = z.output<typeof callSchema>;
/** What a repository's Bazel files do. */
export type Evaluation = z.output<typeof evaluationSchema>;

/** Reads the attribute lists of the pinned versions. */
export async function readKnown(): Promise<Known> {
  return knownSchema.parse(JSON.parse(await readFile(KNOWN, "utf8")));
}

/** Evaluates MODULE.bazel and every BUILD file below `root` with a Starlark interpreter. */
export async function evaluate(root: string, known: Known): Promise<Evaluation> {
  const python = await findTool("starlark");
  const stdout = await new Promise<string>((resolve, reject) => {
    const child = execFile(python, [SCRIPT], { maxBuffer: 1 << 26 }, (error, output) =>
      error === null ? resolve(output) : reject(error),
    );
    child.stdin?.end(JSON.stringify({ root, known }));
  });
  return evaluationSchema.parse(JSON.parse(stdout));
}
