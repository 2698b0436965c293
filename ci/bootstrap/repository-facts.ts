import { z } from "zod";
import { GenesisError } from "../lib/errors.js";

/** A repository on GitHub. */
export interface GithubRepository {
  owner: string;
  repository: string;
}

const GITHUB = "github.com";
const TIMEOUT_MS = 10_000;
/** What GitHub allows in the name of an owner or a repository. */
const NAME = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
const repositorySchema = z.object({ id: z.int().positive(), owner: z.object({ id: z.int().positive() }) });
/** https://docs.github.com/en/rest/users/users#get-a-user */
const userSchema = z.object({ id: z.int().positive() });

/**
 * Reads `owner/name`, or a URL as `git remote get-url origin` prints it: `https://host/o/r`, `ssh://git@host/o/r` or `git@host:o/r`, with or
 * without `.git` (https://git-scm.com/docs/git-clone#_git_urls). `host` is where the repository must be. Throws `repository-invalid`, which
 * does not show the text: a URL may hold a token.
 */
export function parseRepository(text: string, host: string): GithubRepository {
  const [, where = host, path = text] =
    /^(?:https|ssh|git):\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.*)$/.exec(text.trim()) ??
    /^(?:[^/@:]*@)?([^/@:]+):(?!\/\/)(.*)$/.exec(text.trim()) ??
    [];
  const [owner = "", repository = "", ...more] = path
    .trim()
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  const isHere = [GITHUB, host].includes(where.toLowerCase());
  if (isHere && more.length === 0 && NAME.test(owner) && NAME.test(repository)) return { owner, repository };
  throw new GenesisError({
    code: "repository-invalid",
    subject: "--repository",
    fact: `it names no repository of ${host}`,
    effect: "AWS was not called",
    next: 'give it as owner/name, or as --repository="$(git remote get-url origin)"',
  });
}

/**
 * Asks GitHub, without credentials, for the ids that its identity tokens name a repository and its owner by. Never throws: what it cannot
 * find out is a reason, and so are a private repository and one that is not there, which look the same.
 */
export async function fetchRepositoryIds(
  { owner, repository }: GithubRepository,
  ...where: Where
): Promise<{ ownerId: string; repositoryId: string } | { reason: string }> {
  const answer = await askGithub(repositorySchema, ["repos", owner, repository], where);
  if ("reason" in answer) return answer;
  return { ownerId: String(answer.owner.id), repositoryId: String(answer.id) };
}

async function fetchUserId(login: string, ...where: Where): Promise<{ id: string } | { reason: string }> {
  const answer = await askGithub(userSchema, ["users", login], where);
  return "reason" in answer ? answer : { id: String(answer.id) };
}

/** The ids of those logins that the data has no id for, or why there is none. */
export async function fetchApproverIds(
  approvers: Readonly<Record<string, string>>,
  apiUrl: string,
): Promise<Record<string, { id: string } | { reason: string }>> {
  const logins = Object.keys(approvers).filter((login) => approvers[login] === "");
  return Object.fromEntries(await Promise.all(logins.map(async (login) => [login, await fetchUserId(login, apiUrl)])));
}

type Where = [apiUrl?: string, timeoutMs?: number];

async function askGithub<Schema extends z.ZodType<object>>(
  schema: Schema,
  path: readonly string[],
  [apiUrl = "https://api.github.com", timeoutMs = TIMEOUT_MS]: Where,
): Promise<z.output<Schema> | { reason: string }> {
  try {
    const response = await fetch([apiUrl, ...path.map(encodeURIComponent)].join("/"), {
      headers: { accept: "application/vnd.github+json", "user-agent": "genesis" },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return { reason: explainStatus(response) };
    const answer = schema.safeParse(await response.json());
    return answer.success ? answer.data : { reason: "GitHub's answer has no ids" };
  } catch (error) {
    return { reason: explainError(error as Error) };
  }
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function explainStatus({ status, headers }: Response): string {
  if (status === 404) return "GitHub shows none of this name; a private repository is not shown without credentials";
  if (status === 429 || (status === 403 && headers.get("x-ratelimit-remaining") === "0")) {
    return "GitHub's limit of requests without credentials is reached; it ends within an hour";
  }
  return `GitHub answered ${status}`;
}

function explainError({ name }: Error): string {
  if (name === "TimeoutError") return "GitHub did not answer in time";
  return name === "SyntaxError" ? "GitHub's answer is no JSON" : "GitHub could not be reached";
}
