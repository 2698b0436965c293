import { z } from "zod";

/** One number of a table, as a later run compares it. */
const figureSchema = z.strictObject({
  /** What was measured; the same in every run. */
  name: z.string().min(1),
  /** A count must not grow at all; times and sizes vary. */
  unit: z.enum(["ms", "s", "MB", "count"]),
  median: z.number(),
  min: z.number(),
  max: z.number(),
});

const tableSchema = z.strictObject({
  title: z.string().min(1),
  header: z.array(z.string()),
  rows: z.array(z.array(z.string())),
  /** Sentences below the table. */
  notes: z.array(z.string()).default([]),
  figures: z.array(figureSchema),
});

const machineSchema = z.strictObject({
  processor: z.string(),
  cores: z.number(),
  memoryGb: z.number(),
  system: z.string(),
  /** Tools by name → version. */
  tools: z.record(z.string(), z.string()),
  /** Load average of the last minute when the run began: on an idle machine it is near 0. */
  load: z.number(),
});

const resultsSchema = z.strictObject({
  version: z.literal(1),
  /** Day of the run, `YYYY-MM-DD`. */
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/, "expected a date"),
  /** Fewer runs of smaller things: shows that the benchmarks work, and measures nothing. */
  quick: z.boolean(),
  /** How often each thing was measured. */
  runs: z.number().int().positive(),
  machine: machineSchema,
  tables: z.array(tableSchema),
  /** What was not measured, and why. */
  skipped: z.array(z.string()),
});

/** One measured number with its spread. */
export type Figure = z.output<typeof figureSchema>;
/** A table of a run. */
export type Table = z.output<typeof tableSchema>;
/** The machine that measured. */
export type Machine = z.output<typeof machineSchema>;
/** Everything that one run measured. */
export type Results = z.output<typeof resultsSchema>;

/** Parses saved results. Throws with the path of the first field that does not fit; `subject` names the file. */
export function parseResults(text: string, subject: string): Results {
  const result = resultsSchema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${subject} holds no results of a benchmark: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Parses one table. */
export function parseTable(text: string): Table {
  return tableSchema.parse(JSON.parse(text));
}
