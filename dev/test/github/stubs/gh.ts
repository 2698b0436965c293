import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import type { GitHubState } from "../github-state.js";

/**
 * `gh` as the scripts call it, against a file that holds what GitHub would: `gh api` with the routes below, `gh auth setup-git`.
 * Anything else is an error, as is a call without a token.
 */
const { GH_STATE = "", CALLS = "", GH_JQ = "", GH_TOKEN, GITHUB_JOB } = process.env;
const AUTHOR = { login: "github-actions[bot]" };
/** https://docs.github.com/en/rest/issues/comments: a body of more is answered with 422. */
const BODY_MAX = 65_536;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  fields: Record<string, string>;
  paginate: boolean;
  jq?: string;
  silent: boolean;
}

function parseCall([command, ...args]: string[]): Call {
  if (command !== "api") fail(`stub gh: gh ${command} is not known here`);
  const call: Call = { method: "", path: "", query: new URLSearchParams(), fields: {}, paginate: false, silent: false };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const next = () => args[++at] ?? fail(`stub gh: ${arg} without a value`);
    if (arg === "--method") call.method = next();
    else if (arg === "--jq") call.jq = next();
    else if (arg === "--paginate") call.paginate = true;
    else if (arg === "--silent") call.silent = true;
    else if (arg === "-f" || arg === "-F") {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(next()) ?? [];
      // -F reads a file where the value starts with @; -f takes it as it is.
      call.fields[name] = arg === "-F" && value.startsWith("@") ? readFileSync(value.slice(1), "utf8") : value;
    } else if (arg.startsWith("-") || call.path !== "") fail(`stub gh: ${arg} is not known here`);
    else {
      const [path = "", query] = arg.split("?");
      call.path = path;
      call.query = new URLSearchParams(query);
    }
  }
  call.method ||= Object.keys(call.fields).length > 0 ? "POST" : "GET";
  return call;
}

type Answer = { status: number; body: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const missing: Answer = { status: 404, body: { message: "Not Found" } };

function answer(state: GitHubState, call: Call): Answer {
  const { method, fields, query } = call;
  if ((fields.body ?? "").length > BODY_MAX) return { status: 422, body: { message: "Validation Failed" } };
  const path = call.path.replace(/^repos\/owner\/name\//, "");
  const [, commentsOf] = /^issues\/(\d+)\/comments$/.exec(path) ?? [];
  if (commentsOf !== undefined) {
    const comments = state.comments.filter(({ issue }) => issue === Number(commentsOf));
    if (method === "GET") return ok(comments);
    const comment = { id: state.nextId++, issue: Number(commentsOf), user: AUTHOR, body: fields.body ?? "" };
    state.comments.push(comment);
    return ok({ ...comment, html_url: `https://github.com/owner/name/issues/${commentsOf}#${comment.id}` });
  }
  const [, commentId] = /^issues\/comments\/(\d+)$/.exec(path) ?? [];
  if (commentId !== undefined && method === "PATCH") {
    const comment = state.comments.find(({ id }) => id === Number(commentId));
    if (comment === undefined) return missing;
    return ok({ ...Object.assign(comment, { body: fields.body }), html_url: "https://github.com/owner/name" });
  }
  if (path === "issues" && method === "GET")
    return ok(state.issues.filter((issue) => issue.state === query.get("state")));
  if (path === "issues" && method === "POST") {
    const { title = "", body = "" } = fields;
    const issue = { number: state.nextId++, user: AUTHOR, title, body, state: "open", pull_request: null };
    state.issues.push(issue);
    return ok({ ...issue, html_url: `https://github.com/owner/name/issues/${issue.number}` });
  }
  const [, issueNumber] = /^issues\/(\d+)$/.exec(path) ?? [];
  if (issueNumber !== undefined && method === "PATCH") {
    const issue = state.issues.find(({ number }) => number === Number(issueNumber));
    if (issue === undefined) return missing;
    return ok({ ...Object.assign(issue, fields), html_url: "https://github.com/owner/name" });
  }
  if (path === "pulls" && method === "GET") {
    const [, head] = (query.get("head") ?? "").split(":");
    return ok(state.pulls.filter((pull) => pull.head === head && pull.base === query.get("base")));
  }
  if (path === "pulls" && method === "POST") {
    const { title = "", head = "", base = "" } = fields;
    const pull = { number: state.nextId++, title, head, base };
    state.pulls.push(pull);
    return ok({ ...pull, html_url: `https://github.com/owner/name/pull/${pull.number}` });
  }
  if (path === "environments/production" && method === "GET") {
    const rules = state.reviewers.map((login) => ({
      type: "required_reviewers",
      reviewers: [{ reviewer: { login } }],
    }));
    return ok({ protection_rules: [{ type: "branch_policy" }, ...rules] });
  }
  if (path === "git/ref/heads/main" && method === "GET") return ok({ object: { sha: state.head } });
  return missing;
}

const argv = process.argv.slice(2);
appendFileSync(CALLS, `${JSON.stringify({ job: GITHUB_JOB, tool: "gh", argv })}\n`);
if (argv.join(" ") === "auth setup-git") process.exit(0);
if (!GH_TOKEN) fail("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.");
const call = parseCall(argv);
const state: GitHubState = JSON.parse(readFileSync(GH_STATE, "utf8"));
const fault = state.faults.find(({ method, path }) => method === call.method && new RegExp(path).test(call.path));
if (fault?.answer === "down")
  fail("error connecting to api.github.com\ncheck your internet connection or https://githubstatus.com");
const { status, body } = fault ? { status: 403, body: { message: fault.answer } } : answer(state, call);
if (status >= 400) fail(`gh: ${(body as { message: string }).message} (HTTP ${status})`);
writeFileSync(GH_STATE, JSON.stringify(state));
const size = Number(call.query.get("per_page") ?? 30);
const all = Array.isArray(body) ? body : undefined;
const pages =
  all === undefined
    ? [body]
    : Array.from({ length: Math.ceil(all.length / size) || 1 }, (_, index) =>
        all.slice(index * size, (index + 1) * size),
      );
for (const page of call.paginate ? pages : pages.slice(0, 1)) {
  const text = JSON.stringify(page);
  if (call.silent) continue;
  process.stdout.write(call.jq === undefined ? text : execFileSync(GH_JQ, ["-r", call.jq], { input: text }));
}
