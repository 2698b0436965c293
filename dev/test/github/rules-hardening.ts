import type { Rule } from "./rules.js";
import { listJobs, listSteps, WORKFLOW_NAMES } from "./workflows.js";

/** Actions that may run here. None of them caches: a cache would carry what a pull request made into a run of main. */
const ACTIONS = [
  "actions/checkout",
  "actions/download-artifact",
  "actions/upload-artifact",
  "aws-actions/configure-aws-credentials",
  "hashicorp/setup-terraform",
];

/** What the token of each job may do. */
const PERMISSIONS: Record<string, Record<string, string>> = {
  "pull-request/check": { contents: "read" },
  "pull-request/test": { contents: "read" },
  "pull-request/plan": { contents: "read", "id-token": "write", "pull-requests": "write" },
  "main/check": { contents: "read" },
  "main/publish": { contents: "read", "id-token": "write" },
  "main/plan": { contents: "read", "id-token": "write" },
  "main/apply": { actions: "read", contents: "read", "id-token": "write" },
  "main/publish-awaited": { contents: "read", "id-token": "write" },
  "main/lock": { contents: "write", "pull-requests": "write" },
  "drift/drift": { contents: "read", "id-token": "write", issues: "write" },
  "scan/scan": { contents: "read" },
};

const TRIGGERS = {
  "pull-request": { pull_request: null },
  main: { push: { branches: ["main"] } },
  drift: { schedule: [{ cron: "17 5 * * 1" }], workflow_dispatch: null },
  scan: { schedule: [{ cron: "47 5 * * 1" }], workflow_dispatch: null },
};

/** One command without anything that a shell would expand but variables in double quotes. */
const COMMAND =
  /^(?:\.\/daggerw|\.github\/scripts\/[a-z-]+\.sh|\.ci\/run)(?: [A-Za-z0-9./=-]+(?:"\$[A-Z_]+"|'[^']*')?)*$/;

/** What an expression may read: nothing that the author of a pull request writes, and no secret. */
const EXPRESSIONS = [
  /^vars\.AWS_[A-Z_]+$/,
  /^github\.token$/,
  /^github\.event\.pull_request\.(?:number|head\.sha)$/,
  /^(?:steps|needs)\.plan\.outputs\.(?:fingerprint|changes)$/,
];

const same = (a: unknown, b: unknown) => JSON.stringify(sort(a)) === JSON.stringify(sort(b));
const sort = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)))
    : value;
const listExpressions = (text: string) => [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].map(([, inner = ""]) => inner.trim());

/** Rules that hold for any workflow. */
export const HARDENING_RULES: readonly Rule[] = [
  {
    name: "triggers",
    find: (workflows) =>
      WORKFLOW_NAMES.filter((name) => !same(workflows[name].on, TRIGGERS[name])).map((name) => `${name}: on`),
  },
  {
    name: "permissions",
    find: (workflows) => [
      ...WORKFLOW_NAMES.filter((name) => !same(workflows[name].permissions, {})).map((name) => `${name}: top`),
      ...listJobs(workflows)
        .filter(({ path, job }) => !same(job.permissions, PERMISSIONS[path]))
        .map(({ path }) => path),
    ],
  },
  {
    name: "actions",
    find: (workflows) =>
      listSteps(workflows).flatMap(({ path, step: { uses } }) => {
        if (uses === undefined) return [];
        const [action = "", commit = ""] = uses.split("@");
        return ACTIONS.includes(action) && /^[0-9a-f]{40}$/.test(commit) ? [] : [`${path}: ${uses}`];
      }),
  },
  {
    name: "one version of an action",
    find: (workflows) => {
      const uses = new Set(listSteps(workflows).flatMap(({ step }) => step.uses ?? []));
      const actions = [...uses].map((each) => each.split("@")[0]);
      return actions.filter((action, index) => actions.indexOf(action) !== index).map(String);
    },
  },
  {
    name: "checkout",
    find: (workflows) =>
      listJobs(workflows).flatMap(({ path, job: { steps } }) => {
        const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
        const [only] = checkouts;
        const right =
          checkouts.length === 1 && only === steps[0] && same(only?.with, { "persist-credentials": "false" });
        return right ? [] : [path];
      }),
  },
  {
    name: "commands",
    find: (workflows) =>
      listSteps(workflows)
        .filter(({ step: { run } }) => run !== undefined && !COMMAND.test(run))
        .map(({ path, step }) => `${path}: ${step.run}`),
  },
  {
    name: "expressions",
    find: (workflows) => [
      ...listSteps(workflows).flatMap(({ path, step }) => [
        ...[step.run, step.uses, step.name].flatMap((text) => (text?.includes("${{") ? [`${path}: ${text}`] : [])),
        ...[...Object.values(step.env), ...Object.values(step.with)]
          .flatMap(listExpressions)
          .filter((expression) => !EXPRESSIONS.some((allowed) => allowed.test(expression)))
          .map((expression) => `${path}: ${expression}`),
      ]),
      ...listJobs(workflows).flatMap(({ path, job }) =>
        Object.values(job.outputs)
          .flatMap(listExpressions)
          .filter((expression) => !EXPRESSIONS.some((allowed) => allowed.test(expression)))
          .map((expression) => `${path}: ${expression}`),
      ),
    ],
  },
  {
    name: "token",
    find: (workflows) =>
      listSteps(workflows)
        .filter(({ step }) =>
          Object.values({ ...step.env, ...step.with }).some((text) => text.includes("github.token")),
        )
        .filter(({ step }) => !step.run?.startsWith(".github/scripts/") || step.env.GH_TOKEN === undefined)
        .map(({ path }) => path),
  },
  {
    name: "machines",
    find: (workflows) =>
      listJobs(workflows)
        .filter(({ job }) => job["runs-on"] !== "ubuntu-24.04" || !(job["timeout-minutes"] <= 120))
        .map(({ path }) => path),
  },
  {
    name: "names",
    find: (workflows) => [
      ...WORKFLOW_NAMES.filter((name) => workflows[name].name !== name),
      // The name of a job is the check that the ruleset requires.
      ...listJobs(workflows)
        .filter(({ id, job }) => job.name !== id)
        .map(({ path }) => path),
    ],
  },
];
