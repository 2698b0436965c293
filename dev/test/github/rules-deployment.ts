import type { Rule } from "./rules.js";
import { type Job, listJobs, listSteps, WORKFLOW_NAMES, type Workflows } from "./workflows.js";

const AWS = "./daggerw call --aws='cmd://aws configure export-credentials'";
const IDENTITY =
  "--identity-url=\"$ACTIONS_ID_TOKEN_REQUEST_URL\" --identity-token='env://ACTIONS_ID_TOKEN_REQUEST_TOKEN'";
const SCRIPTS = ".github/scripts";
/** What each job runs, in order. `role:` stands for taking a role in AWS, `up:` and `down:` for artifacts. */
const STEPS: Record<string, string[]> = {
  "pull-request/check": ["./daggerw check --no-generate"],
  "pull-request/test": ["setup:terraform", ".ci/run"],
  "pull-request/plan": [
    "role:plan",
    `${AWS} tf-plan --read-only --output=plan`,
    `${SCRIPTS}/read-plan.sh`,
    `${SCRIPTS}/write-comment.sh`,
  ],
  "main/check": ["./daggerw check --no-generate"],
  "main/publish": [
    "role:publish",
    `${AWS} publish --await-repositories --revision="$GITHUB_SHA" --format=markdown --output="$GITHUB_STEP_SUMMARY" ${IDENTITY}`,
  ],
  "main/plan": [
    "role:plan",
    `${AWS} tf-plan --read-only --revision="$GITHUB_SHA" --output=plan`,
    `${SCRIPTS}/read-plan.sh`,
    "up:plan",
  ],
  "main/apply": [
    `${SCRIPTS}/require-approval.sh`,
    `${SCRIPTS}/require-head.sh`,
    "down:plan",
    "role:apply",
    `${AWS} tf-apply --expect="$FINGERPRINT" --approved=plan/plan.json --revision="$GITHUB_SHA"`,
    "role:apply",
    `${AWS} tf-recover`,
  ],
  "main/publish-awaited": [
    "role:publish",
    `${AWS} publish --revision="$GITHUB_SHA" --format=markdown --output="$GITHUB_STEP_SUMMARY" ${IDENTITY}`,
  ],
  "main/lock": ["./daggerw call lock --auto-apply", `${SCRIPTS}/propose-lock.sh`],
  "drift/drift": [
    "role:plan",
    `${AWS} tf-plan --read-only --output=plan`,
    `${SCRIPTS}/read-plan.sh`,
    `${SCRIPTS}/write-drift-issue.sh`,
  ],
  "scan/scan": ["./daggerw call scan"],
};

/** Which account holds a role; its trust policy in terraform/github.tf decides which jobs may take it. */
const ACCOUNTS: Record<string, string> = {
  plan: "AWS_MANAGEMENT_ACCOUNT_ID",
  apply: "AWS_MANAGEMENT_ACCOUNT_ID",
  publish: "AWS_PUBLIC_ECR_ACCOUNT_ID",
};

const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const AFTER_SKIPPED = "${{ !cancelled() && !failure() }}";
const AFTER_FAILED_APPLY = "${{ failure() && steps.apply.outcome == 'failure' }}";
/** Every condition there is, by job or by the command of a step: what is not here has none. */
const CONDITIONS: Record<string, string> = {
  "pull-request/plan": SAME_REPOSITORY,
  "pull-request/plan write-comment.sh": "${{ !cancelled() }}",
  "main/apply": "needs.plan.outputs.changes == 'true'",
  "main/apply role:apply": AFTER_FAILED_APPLY,
  "main/apply tf-recover": AFTER_FAILED_APPLY,
  "main/publish-awaited": AFTER_SKIPPED,
  "main/lock": AFTER_SKIPPED,
  "drift/drift": "github.ref == 'refs/heads/main'",
  "scan/scan": "github.ref == 'refs/heads/main'",
};

const NEEDS: Record<string, string[]> = {
  "pull-request/check": [],
  "pull-request/test": [],
  "pull-request/plan": ["check"],
  "main/check": [],
  "main/publish": ["check"],
  "main/plan": ["publish"],
  "main/apply": ["plan"],
  "main/publish-awaited": ["apply"],
  "main/lock": ["publish-awaited"],
  "drift/drift": [],
  "scan/scan": [],
};

const CONCURRENCY = {
  "pull-request": { group: "pull-request-${{ github.event.pull_request.number }}", "cancel-in-progress": true },
  main: { group: "main", "cancel-in-progress": false },
  drift: { group: "drift", "cancel-in-progress": false },
  scan: { group: "scan", "cancel-in-progress": true },
};

const ENVIRONMENTS: Record<string, Record<string, string>> = {
  "write-comment.sh": {
    GH_TOKEN: "${{ github.token }}",
    PULL_REQUEST: "${{ github.event.pull_request.number }}",
    COMMIT: "${{ github.event.pull_request.head.sha }}",
  },
  "require-approval.sh": { GH_TOKEN: "${{ github.token }}" },
  "require-head.sh": { GH_TOKEN: "${{ github.token }}" },
  "tf-apply": { FINGERPRINT: "${{ needs.plan.outputs.fingerprint }}" },
  "propose-lock.sh": { GH_TOKEN: "${{ github.token }}" },
  "write-drift-issue.sh": { GH_TOKEN: "${{ github.token }}", CHANGES: "${{ steps.plan.outputs.changes }}" },
};

const text = (value: unknown) => JSON.stringify(value);

/** A step in the words of STEPS. */
function describe({ run, uses = "", with: inputs }: Job["steps"][number]): string {
  if (run !== undefined) return run;
  if (uses.startsWith("actions/upload-artifact@")) return `up:${inputs.name}`;
  if (uses.startsWith("actions/download-artifact@")) return `down:${inputs.name}`;
  if (uses.startsWith("hashicorp/setup-terraform@")) return "setup:terraform";
  const role = /:role\/genesis-([a-z]+)$/.exec(inputs["role-to-assume"] ?? "")?.[1];
  return role === undefined ? uses : `role:${role}`;
}

/** The last word of a step that says what it does: a script's name, a function of the module, or itself. */
function shorten(described: string): string {
  const script = /^\.github\/scripts\/(.*)$/.exec(described)?.[1];
  return script ?? / (tf-[a-z]+)/.exec(described)?.[1] ?? described;
}

function findConditions(workflows: Workflows): string[] {
  return listJobs(workflows).flatMap(({ path, job }) => {
    const wrong = job.if === CONDITIONS[path] ? [] : [`${path}: ${job.if}`];
    const seen: string[] = [];
    for (const step of job.steps) {
      const short = shorten(describe(step));
      // A role that is taken a second time is taken because of a failure.
      const expected = short.startsWith("role:") && !seen.includes(short) ? undefined : CONDITIONS[`${path} ${short}`];
      seen.push(short);
      if (step.if !== expected) wrong.push(`${path} ${short}: ${step.if}`);
    }
    return wrong;
  });
}

/** Rules of what these workflows are for: what runs where, in which order, and who approves it. */
export const DEPLOYMENT_RULES: readonly Rule[] = [
  {
    name: "steps",
    find: (workflows) =>
      listJobs(workflows)
        .filter(({ path, job }) => text(job.steps.slice(1).map(describe)) !== text(STEPS[path]))
        .map(({ path, job }) => `${path}: ${text(job.steps.slice(1).map(describe))}`),
  },
  {
    name: "order",
    find: (workflows) =>
      listJobs(workflows)
        .filter(({ path, job }) => text(job.needs) !== text(NEEDS[path]))
        .map(({ path, job }) => `${path}: ${text(job.needs)}`),
  },
  { name: "conditions", find: findConditions },
  {
    name: "forks",
    find: (workflows) =>
      listJobs(workflows)
        .filter(({ workflow, job }) => workflow === "pull-request" && text(job).includes('"write"'))
        .filter(({ job }) => job.if !== SAME_REPOSITORY)
        .map(({ path }) => path),
  },
  {
    name: "roles",
    find: (workflows) =>
      listSteps(workflows).flatMap(({ path, job, step }) => {
        if (!step.uses?.startsWith("aws-actions/configure-aws-credentials@")) return [];
        const { "role-to-assume": arn = "", "aws-region": region, "unset-current-credentials": _, ...rest } = step.with;
        const [, account = "", role = ""] =
          /^arn:aws:iam::\$\{\{ vars\.(\w+) \}\}:role\/genesis-(\w+)$/.exec(arn) ?? [];
        const right = ACCOUNTS[role] === account && region === "us-east-1" && Object.keys(rest).length === 0;
        // With an environment the token's subject is the environment's, which the other roles do not trust, and the other way round.
        return right && (role === "apply") === (job.environment === "production") ? [] : [`${path}: ${arn}`];
      }),
  },
  {
    name: "approval",
    find: (workflows) => [
      ...listJobs(workflows)
        .filter(({ path, job }) => job.environment !== (path === "main/apply" ? "production" : undefined))
        .map(({ path, job }) => `${path}: environment ${job.environment}`),
      ...listJobs(workflows)
        .filter(({ path, job }) => {
          const read = job.steps.find(({ run }) => run?.endsWith("/read-plan.sh"));
          const wanted = {
            fingerprint: "${{ steps.plan.outputs.fingerprint }}",
            changes: "${{ steps.plan.outputs.changes }}",
          };
          if (path === "main/plan" && read?.id !== "plan") return true;
          return text(job.outputs) !== text(path === "main/plan" ? wanted : {});
        })
        .map(({ path }) => `${path}: outputs`),
      ...listSteps(workflows)
        .filter(({ step }) => step.id !== undefined)
        .filter(({ step }) => step.id !== (step.run?.includes(" tf-apply ") ? "apply" : "plan"))
        .map(({ path, step }) => `${path}: id ${step.id}`),
    ],
  },
  {
    name: "values",
    find: (workflows) =>
      listSteps(workflows)
        .filter(({ step }) => text(step.env) !== text(ENVIRONMENTS[shorten(describe(step))] ?? {}))
        .map(({ path, step }) => `${path}: ${text(step.env)}`),
  },
  {
    name: "artifacts",
    find: (workflows) =>
      listSteps(workflows).flatMap(({ workflow, path, step: { uses = "", with: inputs } }) => {
        if (!/-artifact@/.test(uses)) return [];
        const names = Object.keys(inputs).filter(
          (name) => !["if-no-files-found", "overwrite", "retention-days"].includes(name),
        );
        // Another run's artifact would be asked for by run-id, with a token.
        return workflow === "main" && text(names) === text(["name", "path"]) && inputs.path === "plan" ? [] : [path];
      }),
  },
  {
    name: "concurrency",
    find: (workflows) => WORKFLOW_NAMES.filter((name) => text(workflows[name].concurrency) !== text(CONCURRENCY[name])),
  },
];
