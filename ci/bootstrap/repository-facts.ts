import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { isMissing, readText } from "../lib/files.js";
import { parseSettings, SETTINGS_PATH } from "../lib/settings.js";

/** A repository on GitHub. */
export interface Repository {
  owner: string;
  repository: string;
}

const GITHUB = "github.com";
const TIMEOUT_MS = 10_000;
/** What GitHub allows in the name of an owner or a repository. */
const NAME = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
const answerSchema = z.object({ id: z.int().positive(), owner: z.object({ id: z.int().positive() }) });

/**
 * The repository on GitHub that a folder is a clone of, by Git's remote `origin`; else the one of `source` in genesis.json. A remote counts
 * on github.com and on the host of `source`. Undefined where neither names an owner and a repository. Throws as `parseSettings` does, and
 * `file-missing`.
 */
export async function readRepository(root: string): Promise<Repository | undefined> {
  const { source } = parseSettings(await readText(join(root, SETTINGS_PATH), SETTINGS_PATH));
  const hosts = [GITHUB, new URL(source).host];
  const remote = findOrigin(await readGitConfig(root));
  return (remote === undefined ? undefined : parseRemote(remote, hosts)) ?? parseRemote(source, hosts);
}

/** Git's settings of a clone, or of a worktree, whose `.git` is a file; empty where there is none. https://git-scm.com/docs/gitrepository-layout */
async function readGitConfig(root: string): Promise<string> {
  try {
    const path = join(root, ".git");
    if ((await stat(path)).isDirectory()) return await readFile(join(path, "config"), "utf8");
    const folder = resolve(root, (await readFile(path, "utf8")).replace(/^gitdir:/, "").trim());
    const common = await readFile(join(folder, "commondir"), "utf8").catch(() => "");
    return await readFile(join(resolve(folder, common.trim()), "config"), "utf8");
  } catch (error) {
    if (!isMissing(error)) throw error;
    return "";
  }
}

/** The first URL of the remote `origin`. https://git-scm.com/docs/git-config#_syntax */
function findOrigin(config: string): string | undefined {
  let isOrigin = false;
  for (const line of config.split("\n")) {
    const section = /^\s*\[(.*)\]/.exec(line)?.[1];
    if (section !== undefined) isOrigin = /^remote\s+"origin"$/i.test(section.trim());
    const url = /^\s*url\s*=\s*"?([^\s"#;]+)/i.exec(line)?.[1];
    if (isOrigin && url !== undefined) return url;
  }
  return undefined;
}

/** `https://host/o/r`, `ssh://git@host/o/r` or `git@host:o/r`, with or without `.git`. https://git-scm.com/docs/git-clone#_git_urls */
function parseRemote(remote: string, hosts: readonly string[]): Repository | undefined {
  const [, host = "", path = ""] =
    /^(?:https|ssh|git):\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/(.*)$/.exec(remote) ??
    /^(?:[^/@:]*@)?([^/@:]+):(?!\/\/)(.*)$/.exec(remote) ??
    [];
  const [owner = "", repository = "", ...more] = path
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/, "")
    .split("/");
  if (!hosts.includes(host.toLowerCase()) || more.length > 0) return undefined;
  return NAME.test(owner) && NAME.test(repository) ? { owner, repository } : undefined;
}

/**
 * Asks GitHub, without credentials, for the ids that its identity tokens name a repository and its owner by. Never throws: what it cannot
 * find out is a reason, and so are a private repository and one that is not there, which look the same.
 */
export async function fetchRepositoryIds(
  { owner, repository }: Repository,
  apiUrl = "https://api.github.com",
  timeoutMs = TIMEOUT_MS,
): Promise<{ ownerId: string; repositoryId: string } | { reason: string }> {
  try {
    const response = await fetch(`${apiUrl}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repository)}`, {
      headers: { accept: "application/vnd.github+json", "user-agent": "genesis" },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) return { reason: explainStatus(response) };
    const answer = answerSchema.safeParse(await response.json());
    if (!answer.success) return { reason: "GitHub's answer has no ids" };
    return { ownerId: String(answer.data.owner.id), repositoryId: String(answer.data.id) };
  } catch (error) {
    return { reason: explainError(error as Error) };
  }
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function explainStatus({ status, headers }: Response): string {
  if (status === 404) return "GitHub shows no such repository; a private one is not shown without credentials";
  if (status === 429 || (status === 403 && headers.get("x-ratelimit-remaining") === "0")) {
    return "GitHub's limit of requests without credentials is reached; it ends within an hour";
  }
  return `GitHub answered ${status}`;
}

function explainError({ name }: Error): string {
  if (name === "TimeoutError") return "GitHub did not answer in time";
  return name === "SyntaxError" ? "GitHub's answer is no JSON" : "GitHub could not be reached";
}
