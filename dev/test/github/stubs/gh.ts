import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Program, ProgramCall } from "../../fixtures/programs.js";
import { runProgram } from "../../fixtures/run-program.js";

/** What GitHub holds, for the stub of `gh`. */
export interface GitHubState {
  head: string;
  comments: { id: number; issue: number; user: { login: string } | null; body: string | null }[];
  issues: {
    number: number;
    user: { login: string } | null;
    title: string;
    body: string | null;
    state: string;
    state_reason?: string;
    pull_request: object | null;
  }[];
  pulls: { number: number; title: string; head: string; base: string }[];
  /** Runs of main.yml and of apply.yml that succeeded, the newest first. */
  runs: Record<string, { id: number; head_sha: string; display_title: string; event: string }[]>;
  /** Ids of the authors of the commits, and between which commits they were asked for. */
  authors: (string | null)[];
  asked: string[];
  /** Workflows that were started. */
  started: string[];
  /** Where the artifacts of runs are. */
  artifacts: string;
  nextId: number;
  /** Requests that fail: GitHub does not answer, or refuses with this message. */
  faults: { method: string; path: string; answer: "down" | string }[];
}

/** What GitHub says to a token that lacks a permission. */
export const FORBIDDEN = "Resource not accessible by integration";
export const BOT = { login: "github-actions[bot]" };

export function makeState(head: string, artifacts: string): GitHubState {
  const runs = { "main.yml": [], "apply.yml": [] };
  const lists = { comments: [], issues: [], pulls: [], authors: ["66"], asked: [], started: [], faults: [] };
  return { ...lists, head, runs, artifacts, nextId: 1000 };
}

/** https://docs.github.com/en/rest/issues/comments: a body of more is answered with 422. */
const BODY_MAX = 65_536;

interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  fields: Record<string, string>;
  paginate: boolean;
  jq?: string;
  silent: boolean;
}

/**
 * `gh` as the scripts call it, against what GitHub would hold: `gh api` with the routes below, `gh auth setup-git`, `gh workflow run` and
 * `gh run download`. Anything else is an error, as is a call without a token. `jq` is the program that evaluates `--jq`.
 */
export function makeGh(state: GitHubState, jq: string): Program {
  return async ({ argv, env, cwd, print }) => {
    if (argv.join(" ") === "auth setup-git") return;
    if (env.GH_TOKEN === undefined) {
      throw new Error("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.");
    }
    if (argv[0] === "workflow") return startWorkflow(state, argv);
    if (argv[0] === "run") return downloadArtifact(state, argv, cwd);
    const request = await parseRequest(argv);
    const fault = state.faults.find(
      ({ method, path }) => method === request.method && new RegExp(path).test(request.path),
    );
    if (fault?.answer === "down") throw new Error("error connecting to api.github.com");
    const { status, body } = fault ? { status: 403, body: { message: fault.answer } } : answer(state, request);
    if (status >= 400) throw new Error(`gh: ${(body as { message: string }).message} (HTTP ${status})`);
    if (request.silent) return;
    for (const page of cutPages(body, request)) {
      const text = JSON.stringify(page);
      print(request.jq === undefined ? text : await runJq(jq, request.jq, text));
    }
  };
}

/** The method and the route of a call, in two words; other calls as they are. */
export function describeGh({ argv }: ProgramCall): string {
  const path = argv.find((arg) => arg.startsWith("repos/"))?.replace(/^repos\/owner\/name\//, "");
  if (path === undefined) return `gh ${argv.join(" ")}`;
  return `${argv.includes("--method") ? argv[argv.indexOf("--method") + 1] : "GET"} ${path}`;
}

function startWorkflow(state: GitHubState, argv: readonly string[]): void {
  if (state.faults.some(({ path }) => path === "workflow")) throw new Error("error connecting to api.github.com");
  state.started.push(argv.slice(2).join(" "));
}

async function downloadArtifact(state: GitHubState, argv: readonly string[], cwd: string): Promise<void> {
  const read = (flag: string) => argv[argv.indexOf(flag) + 1] ?? "";
  await cp(join(state.artifacts, read("--name")), join(cwd, read("--dir")), { recursive: true });
}

async function parseRequest([command, ...args]: string[]): Promise<Request> {
  if (command !== "api") throw new Error(`stub gh: gh ${command} is not known here`);
  const request: Request = {
    method: "",
    path: "",
    query: new URLSearchParams(),
    fields: {},
    paginate: false,
    silent: false,
  };
  const values = args.values();
  for (const arg of values) {
    if (arg === "--method") request.method = values.next().value ?? "";
    else if (arg === "--jq") request.jq = values.next().value ?? "";
    else if (arg === "--paginate") request.paginate = true;
    else if (arg === "--silent") request.silent = true;
    else if (arg === "-f" || arg === "-F") {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(values.next().value ?? "") ?? [];
      // -F reads a file where the value starts with @; -f takes it as it is.
      request.fields[name] = arg === "-F" && value.startsWith("@") ? await readFile(value.slice(1), "utf8") : value;
    } else if (arg.startsWith("-") || request.path !== "") throw new Error(`stub gh: ${arg} is not known here`);
    else {
      const [path = "", query] = arg.split("?");
      request.path = path;
      request.query = new URLSearchParams(query);
    }
  }
  request.method ||= Object.keys(request.fields).length > 0 ? "POST" : "GET";
  return request;
}

const ok = (body: unknown) => ({ status: 200, body });

function answer(state: GitHubState, { method, path, query, fields }: Request): { status: number; body: unknown } {
  if ((fields.body ?? "").length > BODY_MAX) return { status: 422, body: { message: "Validation Failed" } };
  const route = `${method} ${path.replace(/^repos\/owner\/name\//, "").replaceAll(/\d+/g, "N")}`;
  const id = Number(/\d+/.exec(path)?.[0]);
  const html_url = "https://github.com/owner/name";
  const change = <T extends object>(found: T | undefined) => found && ok({ ...Object.assign(found, fields), html_url });
  const add = <T extends object>(list: T[], made: T) => ok({ ...list[list.push(made) - 1], html_url });
  const { title = "", body = "", head = "", base = "" } = fields;
  const routes: Record<string, () => { status: number; body: unknown } | undefined> = {
    "GET issues/N/comments": () => ok(state.comments.filter(({ issue }) => issue === id)),
    "POST issues/N/comments": () => add(state.comments, { id: state.nextId++, issue: id, user: BOT, body }),
    "PATCH issues/comments/N": () => change(state.comments.find((comment) => comment.id === id)),
    "GET issues": () => ok(state.issues.filter((issue) => issue.state === query.get("state"))),
    "POST issues": () =>
      add(state.issues, { number: state.nextId++, user: BOT, title, body, state: "open", pull_request: null }),
    "PATCH issues/N": () => change(state.issues.find(({ number }) => number === id)),
    "GET pulls": () =>
      ok(state.pulls.filter((pull) => `owner:${pull.head}` === query.get("head") && pull.base === query.get("base"))),
    "POST pulls": () => add(state.pulls, { number: state.nextId++, title, head, base }),
    "GET actions/workflows/main.yml/runs": () => listRuns(state, "main.yml", query),
    "GET actions/workflows/apply.yml/runs": () => listRuns(state, "apply.yml", query),
    "GET commits": () => {
      state.asked.push(`all of ${query.get("sha")}`);
      return ok(state.authors.map((author) => ({ author: author && { id: Number(author) } })));
    },
    "GET git/ref/heads/main": () => ok({ object: { sha: state.head } }),
  };
  if (route.startsWith("GET compare/")) {
    state.asked.push(path.replace(/.*compare\//, ""));
    return ok({ commits: state.authors.map((author) => ({ author: author && { id: Number(author) } })) });
  }
  return routes[route]?.() ?? { status: 404, body: { message: "Not Found" } };
}

function listRuns({ runs }: GitHubState, workflow: string, query: URLSearchParams) {
  const sha = query.get("head_sha");
  return ok({ workflow_runs: (runs[workflow] ?? []).filter(({ head_sha }) => sha === null || head_sha === sha) });
}

/** Lists come in pages, and without --paginate only the first. */
function cutPages(body: unknown, { query, paginate }: Request): unknown[] {
  if (!Array.isArray(body)) return [body];
  const size = Number(query.get("per_page") ?? 30);
  const count = paginate ? Math.ceil(body.length / size) || 1 : 1;
  return Array.from({ length: count }, (_, index) => body.slice(index * size, (index + 1) * size));
}

async function runJq(jq: string, filter: string, input: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(jq, ["-r", filter], { input });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}
