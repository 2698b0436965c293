import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../tools/find-tool.js";

/** The workflows, by file name. */
export const WORKFLOW_NAMES = ["pull-request", "main", "drift", "scan"] as const;
export type WorkflowName = (typeof WORKFLOW_NAMES)[number];

/**
 * What a workflow may hold here. Strict: a key that no rule looks at (`continue-on-error`, `container`, `shell`, `secrets`, an
 * `env` of a whole job) is an error, not something that slips by.
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const stepSchema = z
  .strictObject({
    name: z.string().min(1),
    id: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    with: z.record(z.string(), scalar).default({}),
    env: z.record(z.string(), scalar).default({}),
    run: z.string().optional(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), "expected either uses or run");
const jobSchema = z.strictObject({
  name: z.string().min(1),
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
  name: z.string().min(1),
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(z.string(), jobSchema),
});
const workflowsSchema = z.strictObject({
  "pull-request": workflowSchema,
  main: workflowSchema,
  drift: workflowSchema,
  scan: workflowSchema,
});

export type Step = z.output<typeof stepSchema>;
export type Job = z.output<typeof jobSchema>;
export type Workflow = z.output<typeof workflowSchema>;
export type Workflows = z.output<typeof workflowsSchema>;

/** The text of a workflow. */
export function readWorkflowText(name: WorkflowName): Promise<string> {
  return readFile(join(ROOT, ".github", "workflows", `${name}.yml`), "utf8");
}

/** The workflows as YAML has them, not yet checked. */
export async function readDocuments(): Promise<Record<WorkflowName, unknown>> {
  const entries = WORKFLOW_NAMES.map(async (name) => [name, parse(await readWorkflowText(name))] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<WorkflowName, unknown>;
}

/** Parses the workflows, or says what in their shape is not known here. */
export function parseWorkflows(
  documents: unknown,
): { workflows: Workflows; problems: [] } | { workflows?: never; problems: string[] } {
  const result = workflowsSchema.safeParse(documents);
  if (result.success) return { workflows: result.data, problems: [] };
  return { problems: result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) };
}

/** The workflows of the repository. */
export async function readWorkflows(): Promise<Workflows> {
  const { workflows, problems } = parseWorkflows(await readDocuments());
  if (workflows === undefined) throw new Error(problems.join("\n"));
  return workflows;
}

/** Every job with where it stands. */
export function listJobs(workflows: Workflows): { workflow: WorkflowName; id: string; path: string; job: Job }[] {
  return WORKFLOW_NAMES.flatMap((workflow) =>
    Object.entries(workflows[workflow].jobs).map(([id, job]) => ({ workflow, id, path: `${workflow}/${id}`, job })),
  );
}

/** Every step with where it stands. */
export function listSteps(workflows: Workflows): { workflow: WorkflowName; path: string; job: Job; step: Step }[] {
  return listJobs(workflows).flatMap(({ workflow, path, job }) =>
    job.steps.map((step) => ({ workflow, path: `${path} "${step.name}"`, job, step })),
  );
}
