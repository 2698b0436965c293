import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../tools/find-tool.js";

/**
 * What run-workflow.ts understands of a workflow. Strict: a key that it would pass over (`continue-on-error`, `container`, `shell`,
 * an `env` of a whole job) is an error, for the run would not be what GitHub's is.
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const stepSchema = z.strictObject({
  name: z.string(),
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), scalar).default({}),
  env: z.record(z.string(), scalar).default({}),
  run: z.string().optional(),
});
const jobSchema = z.strictObject({
  name: z.string(),
  needs: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default(() => []),
  if: z.string().optional(),
  environment: z.string().optional(),
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  outputs: z.record(z.string(), z.string()).default({}),
  steps: z.array(stepSchema).min(1),
});
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  // Nothing by default: each job names what its token may do.
  permissions: z.strictObject({}),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(z.string(), jobSchema),
});

export type Step = z.output<typeof stepSchema>;
export type Job = z.output<typeof jobSchema>;
export type Workflow = z.output<typeof workflowSchema>;

export async function readWorkflow(name: string): Promise<Workflow> {
  return workflowSchema.parse(parse(await readFile(join(ROOT, ".github", "workflows", `${name}.yml`), "utf8")));
}
