import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What changed since a commit. */
export interface Change {
  /** The commit, as a person would name it. */
  since: string;
  paths: readonly string[];
}

/** What the full suite proves. */
const PROVED = [
  /^(?:bazel|ci|dev|images|terraform)\//,
  /^docs\/runbooks\//,
  /^(?:MODULE|BUILD)\.bazel$/,
  /^(?:\.ci\/run|genesis\.json|package(?:-lock)?\.json|tsconfig\.json)$/,
];
/** What people and the module write of one organization: the fast suite reads it. */
const DATA = [/^terraform\/[^/]+\.auto\.tfvars$/, /^images\/lock\.json$/];

/** Which suites `.ci/run` runs, and why: the full one where what it proves changed. */
export function chooseSuites(forced: boolean, change: Change | undefined): { full: boolean; reason: string } {
  if (forced) return { full: true, reason: "fast and full: GENESIS_FULL is set" };
  if (change === undefined) {
    return { full: false, reason: "fast: Git does not tell what changed; GENESIS_FULL=1 runs the full suite too" };
  }
  const matches = (patterns: readonly RegExp[], path: string) => patterns.some((pattern) => pattern.test(path));
  const proved = change.paths.filter((path) => matches(PROVED, path) && !matches(DATA, path));
  const [first, ...others] = proved;
  if (first === undefined)
    return { full: false, reason: `fast: nothing that the full suite proves changed since ${change.since}` };
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return { full: true, reason: `fast and full: ${first}${more} changed since ${change.since}` };
}

/**
 * What changed since this branch left the upstream default branch; on that branch itself, since the commit before on its first-parent line,
 * which is what a merge or a push added. Undefined where Git knows neither, as in a clone of one commit.
 */
export async function readChange(root: string): Promise<Change | undefined> {
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("git", args, { cwd: root, maxBuffer: 1 << 26 });
    return stdout.trim();
  };
  const ask = (...args: string[]) => git(...args).catch(() => undefined);
  const head = await ask("rev-parse", "HEAD");
  let since: string | undefined;
  let name = "";
  for (const branch of ["origin/HEAD", "origin/main", "main"]) {
    const base = await ask("merge-base", "HEAD", branch);
    if (base === undefined || base === head) continue;
    [since, name] = [base, `it left ${branch}`];
    break;
  }
  if (since === undefined) {
    since = await ask("rev-parse", "--verify", "--quiet", "HEAD^1");
    name = "the commit before";
  }
  if (since === undefined) return undefined;
  const paths = await ask("diff", "--name-only", "-z", since, "HEAD");
  return paths === undefined ? undefined : { since: name, paths: paths.split("\0").filter((path) => path !== "") };
}
