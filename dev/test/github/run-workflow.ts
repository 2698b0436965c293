import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../tools/find-tool.js";

const run = promisify(execFile);

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
  "timeout-minutes": z.number().optional(),
});
const concurrencySchema = z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() });
const jobSchema = z.strictObject({
  name: z.string(),
  needs: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default(() => []),
  if: z.string().optional(),
  environment: z.string().optional(),
  concurrency: concurrencySchema.optional(),
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  outputs: z.record(z.string(), z.string()).default({}),
  steps: z.array(stepSchema).min(1),
});
const workflowSchema = z.strictObject({
  name: z.string(),
  "run-name": z.string().optional(),
  on: z.record(z.string(), z.unknown()),
  // Nothing by default: each job names what its token may do.
  permissions: z.strictObject({}),
  concurrency: concurrencySchema.optional(),
  jobs: z.record(z.string(), jobSchema),
});

type Step = z.output<typeof stepSchema>;
type Job = z.output<typeof jobSchema>;
type Workflow = z.output<typeof workflowSchema>;

export async function readWorkflow(name: string): Promise<Workflow> {
  return workflowSchema.parse(parse(await readFile(join(ROOT, ".github", "workflows", `${name}.yml`), "utf8")));
}

/** A machine that jobs run on one after another: a folder, programs on its PATH, and the repository to check out. */
export interface Machine {
  folder: string;
  origin: string;
  /** Variables of every step, as a runner sets them. */
  env: Record<string, string>;
  /** Notes what an action does, and whom an environment asks. */
  record(call: string): void;
}

export interface Trigger {
  sha: string;
  ref: string;
  event: Record<string, unknown>;
  vars: Record<string, string>;
  /** What a person gives to a run that is started by hand. */
  inputs?: Record<string, string>;
  /** Who started it, and who runs it now. */
  actor?: string;
  triggering_actor?: string;
  /** Whether the reviewers of an environment let a job go on; what happens meanwhile may happen in here. */
  approve?: (environment: string) => Promise<boolean>;
}

export interface JobResult {
  result: "success" | "failure" | "cancelled" | "skipped";
  outputs: Record<string, string>;
  log: string;
  summary: string;
}

/** What an expression may read: `github`, `inputs`, `needs`, `secrets`, `steps`, `vars`. */
type Contexts = Record<string, unknown>;
/** How the job stands so far, for success() and the like. */
interface Status {
  failed: boolean;
  /** Whether somebody, or a time-out, cut it: a step's program says that with the message `cancelled`. */
  cancelled?: boolean;
  /** Of a job: one that it needs did not run. */
  skipped: boolean;
}

const REPOSITORY = "owner/name";
/** GitHub's users and their ids. */
const USERS: Record<string, string> = { ada: "33", bo: "44", eve: "66" };
const SKIPPED: JobResult = { result: "skipped", outputs: {}, log: "", summary: "" };

/**
 * Runs a workflow's jobs in the order of their needs, with their conditions, steps, outputs and artifacts, as GitHub would: scripts are
 * really executed, actions are stood in for. Jobs get a folder of their own each, and nothing but artifacts and outputs passes between them.
 */
export async function runWorkflow(
  machine: Machine,
  workflow: Workflow,
  trigger: Trigger,
): Promise<Record<string, JobResult>> {
  const results: Record<string, JobResult> = {};
  const hasFailed = (id: string): boolean =>
    results[id]?.result === "failure" || (workflow.jobs[id]?.needs ?? []).some(hasFailed);
  const pending = Object.entries(workflow.jobs);
  while (pending.length > 0) {
    const next = pending.findIndex(([, job]) => job.needs.every((id) => id in results));
    const [[id, job] = unreachable()] = pending.splice(next === -1 ? unreachable() : next, 1);
    const status: Status = {
      failed: job.needs.some(hasFailed),
      skipped: job.needs.some((need) => results[need]?.result === "skipped"),
    };
    const contexts: Contexts = {
      github: { ...trigger, repository: REPOSITORY, token: "ghs_of_the_workflow" },
      vars: trigger.vars,
      // None is set.
      secrets: {},
      inputs: trigger.inputs ?? {},
      needs: Object.fromEntries(job.needs.map((need) => [need, results[need]])),
    };
    results[id] = isWanted(job.if, contexts, status) ? await runJob(machine, id, job, trigger, contexts) : SKIPPED;
  }
  return results;
}

function unreachable(): never {
  throw new Error("a job needs one that is not there, or itself");
}

async function runJob(machine: Machine, id: string, job: Job, trigger: Trigger, outer: Contexts): Promise<JobResult> {
  if (job.environment !== undefined) {
    const environment = interpolate(job.environment, outer, { failed: false, skipped: false });
    machine.record(`ask for ${environment}`);
    const approved = trigger.approve === undefined || (await trigger.approve(environment));
    if (!approved) return { ...SKIPPED, result: "failure" };
  }
  const work = join(machine.folder, "jobs", id);
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, "checkout"), { recursive: true });
  const files = { GITHUB_OUTPUT: join(work, "output"), GITHUB_STEP_SUMMARY: join(work, "summary") };
  const { actor = "ada" } = trigger;
  const env: NodeJS.ProcessEnv = {
    ...machine.env,
    ...files,
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_RUN_ID: "77",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_SHA: trigger.sha,
    GITHUB_REF: trigger.ref,
    GITHUB_ACTOR: actor,
    GITHUB_ACTOR_ID: USERS[actor] ?? "7",
    GITHUB_TRIGGERING_ACTOR: trigger.triggering_actor ?? actor,
    ...(job.permissions["id-token"] === "write" && {
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://issuer.example/token",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
    }),
  };
  await writeFile(files.GITHUB_STEP_SUMMARY, "");
  const status: Status = { failed: false, skipped: false };
  const steps: Record<string, { outputs: Record<string, string>; outcome: string }> = {};
  const contexts = { ...outer, steps };
  let log = "";
  for (const step of job.steps) {
    if (!isWanted(step.if, contexts, status)) {
      if (step.id !== undefined) steps[step.id] = { outputs: {}, outcome: "skipped" };
      continue;
    }
    const fill = (values: Record<string, string>) =>
      Object.fromEntries(Object.entries(values).map(([name, text]) => [name, interpolate(text, contexts, status)]));
    await writeFile(files.GITHUB_OUTPUT, "");
    const filled: Step = { ...step, with: fill(step.with), env: fill(step.env) };
    const { failed, printed } = await runStep(machine, filled, join(work, "checkout"), env, trigger.sha);
    log += printed;
    const cut = failed && printed.includes("cancelled");
    if (step.id !== undefined) {
      const outputs = parseOutputs(await readFile(files.GITHUB_OUTPUT, "utf8"));
      steps[step.id] = { outputs, outcome: cut ? "cancelled" : failed ? "failure" : "success" };
    }
    status.cancelled ||= cut;
    status.failed ||= failed && !cut;
  }
  const outputs = Object.fromEntries(
    Object.entries(job.outputs).map(([name, text]) => [name, interpolate(text, contexts, status)]),
  );
  const summary = await readFile(files.GITHUB_STEP_SUMMARY, "utf8");
  const result = status.cancelled ? "cancelled" : status.failed ? "failure" : "success";
  return { result, outputs, log, summary };
}

async function runStep(
  machine: Machine,
  step: Step,
  checkout: string,
  env: NodeJS.ProcessEnv,
  sha: string,
): Promise<{ failed: boolean; printed: string }> {
  try {
    if (step.uses !== undefined) {
      await runAction(machine, step, checkout, env, sha);
      return { failed: false, printed: "" };
    }
    // Without `shell`, a runner on Linux calls bash so.
    const { stdout, stderr } = await run("bash", ["-e", "-c", step.run ?? ""], {
      cwd: checkout,
      env: { ...env, ...step.env },
    });
    return { failed: false, printed: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    return { failed: true, printed: stdout + (stderr || message) };
  }
}

/** Stands in for the actions. One that is not known here is a mistake of the test. */
async function runAction(
  machine: Machine,
  { uses = "", with: inputs }: Step,
  checkout: string,
  env: NodeJS.ProcessEnv,
  sha: string,
): Promise<void> {
  const [action] = uses.split("@");
  const artifact = join(machine.folder, "artifacts", inputs.name ?? "");
  const path = join(checkout, inputs.path ?? "");
  if (action === "actions/checkout") {
    await run("git", ["clone", "--quiet", machine.origin, checkout]);
    await run("git", ["checkout", "--quiet", sha], { cwd: checkout });
  } else if (action === "aws-actions/configure-aws-credentials") {
    const role = inputs["role-to-assume"] ?? "";
    machine.record(`take ${role}`);
    env.AWS_ACCESS_KEY_ID = role.split("/").pop() ?? "";
  } else if (action === "actions/upload-artifact") {
    await cp(path, artifact, { recursive: true });
  } else if (action === "actions/download-artifact") {
    await cp(artifact, path, { recursive: true });
  } else if (action !== "hashicorp/setup-terraform") {
    throw new Error(`the action ${action} is not known here`);
  }
}

function parseOutputs(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/**
 * Evaluates an expression: those of the workflows mean the same in JavaScript, but for a property that is not there, which is null to
 * GitHub. A context or a function that is not known here is an error. actionlint checks that they are expressions of GitHub's.
 */
function evaluate(expression: string, contexts: Contexts, { failed, cancelled, skipped }: Status): unknown {
  const functions = {
    success: () => !failed && !cancelled && !skipped,
    failure: () => failed,
    cancelled: () => cancelled === true,
    always: () => true,
  };
  const safe = expression.replaceAll(/'[^']*'|\./g, (part) => (part === "." ? "?." : part));
  return runInNewContext(safe, { ...contexts, ...functions });
}

function interpolate(text: string, contexts: Contexts, status: Status): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, inner: string) => String(evaluate(inner, contexts, status) ?? ""));
}

/** Whether a job or a step runs: without a status function in its condition, only where nothing failed before. */
function isWanted(condition = "success()", contexts: Contexts, status: Status): boolean {
  const expression = /^\$\{\{(.*)\}\}$/s.exec(condition.trim())?.[1] ?? condition;
  const decidesItself = /\b(?:success|failure|cancelled|always)\(/.test(expression);
  return Boolean(evaluate(decidesItself ? expression : `success() && (${expression})`, contexts, status));
}
