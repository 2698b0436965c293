import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { fetchApproverIds, fetchRepositoryIds, parseRepository } from "../../../ci/bootstrap/repository-facts.js";
import { expectError } from "../fixtures/errors.js";
import { serve } from "../fixtures/serve.js";

const ORIGIN = { owner: "acme", repository: "platform.infra" };

describe("the repository that somebody names", () => {
  it.each([
    "acme/platform.infra",
    "https://github.com/acme/platform.infra",
    "https://github.com/acme/platform.infra.git\n",
    "https://x-access-token:secret@github.com/acme/platform.infra.git/",
    "ssh://git@github.com/acme/platform.infra.git",
    "ssh://git@github.com:22/acme/platform.infra",
    "git@github.com:acme/platform.infra.git",
    "https://git.acme.test/acme/platform.infra",
  ])("is read from %s", (text) => {
    expect(parseRepository(text, "git.acme.test")).toEqual(ORIGIN);
  });

  it.each([
    "",
    "platform.infra",
    "git@gitlab.com:acme/platform.infra.git",
    "/srv/git/acme/platform.infra",
    "https://github.com/acme/more/platform.infra",
    "https://x:s3cret@github.com.acme.test/acme/platform.infra",
    "acme/..",
    "acme/a*",
  ])("is refused as %j, without showing it", async (text) => {
    const error = await expectError("repository-invalid", async () => parseRepository(text, "github.com"));
    expect(error.message).toContain("AWS was not called");
    expect(error.message).not.toContain("s3cret");
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

  it("are looked for of approvers that have none", async () => {
    const { url, seen } = await serve(answer(200, '{"id": 33}'));
    expect(await fetchApproverIds({ ada: "", bo: "44" }, url)).toEqual({ ada: { id: "33" } });
    expect(seen.map(({ url: path }) => path)).toEqual(["/users/ada"]);
  });

  it.each([
    ["no such repository", answer(404, "{}"), "GitHub shows none of this name"],
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
