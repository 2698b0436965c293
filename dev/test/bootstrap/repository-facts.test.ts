import { execFile } from "node:child_process";
import { mkdir, rename, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { fetchRepositoryIds, readRepository } from "../../../ci/bootstrap/repository-facts.js";
import { serve } from "../fixtures/serve.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const SOURCE = "https://github.com/acme/from-settings";
const ORIGIN = { owner: "acme", repository: "platform.infra" };
const FALLBACK = { owner: "acme", repository: "from-settings" };

/** A folder with genesis.json, and with Git's settings where there are some. */
async function makeFolder(config: string | undefined, source = SOURCE): Promise<string> {
  const root = await makeTemporaryFolder();
  await writeFile(join(root, "genesis.json"), JSON.stringify({ source, registry: { alias: null } }));
  if (config === undefined) return root;
  await mkdir(join(root, ".git"));
  await writeFile(join(root, ".git", "config"), config);
  return root;
}

const remote = (url: string, name = "origin") => `[core]\n\tbare = false\n[remote "${name}"]\n\turl = ${url}\n`;

describe("the repository of a folder", () => {
  it.each([
    "https://github.com/acme/platform.infra",
    "https://github.com/acme/platform.infra.git",
    "https://x-access-token:secret@github.com/acme/platform.infra.git/",
    "ssh://git@github.com/acme/platform.infra.git",
    "ssh://git@github.com:22/acme/platform.infra",
    "git@github.com:acme/platform.infra.git",
    "github.com:acme/platform.infra",
  ])("is that of origin: %s", async (url) => {
    expect(await readRepository(await makeFolder(remote(url)))).toEqual(ORIGIN);
  });

  it.each([
    ["there is no Git", undefined],
    ["there is no origin", remote("https://github.com/acme/platform.infra", "upstream")],
    ["origin is on another host", remote("git@gitlab.com:acme/platform.infra.git")],
    ["origin is a folder", remote("/srv/git/acme/platform.infra")],
    ["origin has a longer path", remote("https://github.com/acme/more/platform.infra")],
    ["origin only looks like GitHub", remote("https://github.com.example.com/acme/platform.infra")],
    ["another remote follows an empty origin", `[remote "origin"]\n${remote("git@github.com:b/c", "fork")}`],
  ])("is that of the settings where %s", async (_, config) => {
    expect(await readRepository(await makeFolder(config))).toEqual(FALLBACK);
  });

  it("may be on the host that the settings name", async () => {
    const url = remote("git@git.example.com:acme/platform.infra.git");
    expect(await readRepository(await makeFolder(url, "https://git.example.com/a/b"))).toEqual(ORIGIN);
  });

  it("is unknown where neither names one", async () => {
    expect(await readRepository(await makeFolder(undefined, "https://example.com/"))).toBeUndefined();
  });

  it("is known in a worktree", async () => {
    const clone = await makeFolder(undefined);
    const git = (...args: string[]) => promisify(execFile)("git", ["-C", clone, ...args]);
    await git("init", "--quiet");
    await git("remote", "add", "origin", "git@github.com:acme/platform.infra.git");
    await git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--allow-empty", "-m", "a");
    const tree = join(await makeTemporaryFolder(), "tree");
    await git("worktree", "add", "--quiet", tree);
    await rename(join(clone, "genesis.json"), join(tree, "genesis.json"));
    expect(await readRepository(tree)).toEqual(ORIGIN);
  });
});

describe("the ids of a repository", () => {
  const answer =
    (status: number, body: string, headers: Record<string, string> = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, headers).end(body);

  it("are what GitHub says, without credentials", async () => {
    const { url, seen } = await serve(answer(200, '{"id": 1296269, "name": "x", "owner": {"id": 583231}}'));
    expect(await fetchRepositoryIds(ORIGIN, url)).toEqual({ ownerId: "583231", repositoryId: "1296269" });
    expect(seen.map(({ url: path }) => path)).toEqual(["/repos/acme/platform.infra"]);
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ["no such repository", answer(404, "{}"), "GitHub shows no such repository"],
    ["too many requests", answer(429, "{}"), "limit of requests"],
    ["too many requests, as 403", answer(403, "{}", { "x-ratelimit-remaining": "0" }), "limit of requests"],
    ["a refusal", answer(403, "{}"), "GitHub answered 403"],
    ["a failure", answer(502, "<html>"), "GitHub answered 502"],
    ["no JSON", answer(200, "<html>"), "no JSON"],
    ["no ids", answer(200, '{"id": "1", "owner": null}'), "no ids"],
    ["an end in the middle", (response: ServerResponse) => response.destroy(), "could not be reached"],
  ])("are a reason instead: %s", async (_, respond, reason) => {
    const { url } = await serve(respond);
    expect(await fetchRepositoryIds(ORIGIN, url)).toEqual({ reason: expect.stringContaining(reason) });
  });

  it("are a reason where there is no answer", async () => {
    const { url } = await serve(() => undefined);
    expect(await fetchRepositoryIds(ORIGIN, url, 20)).toEqual({ reason: "GitHub did not answer in time" });
  });

  it("are a reason where there is no network", async () => {
    expect(await fetchRepositoryIds(ORIGIN, "http://127.0.0.1:1")).toEqual({ reason: "GitHub could not be reached" });
  });
});
