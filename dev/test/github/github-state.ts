/** What GitHub holds, for the stub of `gh`. */
export interface GitHubState {
  /** The head of main. */
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
  /** Who must approve in the environment production. */
  reviewers: string[];
  nextId: number;
  /** Requests that fail: GitHub does not answer, or refuses with this message. */
  faults: { method: string; path: string; answer: "down" | string }[];
}

/** What GitHub says to a token that lacks a permission. */
export const FORBIDDEN = "Resource not accessible by integration";
/** Who writes with the token of a workflow. */
export const BOT = { login: "github-actions[bot]" };

/** A repository in which nothing was written yet. */
export function makeState(head: string): GitHubState {
  return { head, comments: [], issues: [], pulls: [], reviewers: ["person"], nextId: 1000, faults: [] };
}
