import { describe, expect, it } from "vitest";
import { chooseScope, parseChallenge } from "../../../ci/registry/auth.js";

describe("parseChallenge", () => {
  it("reads what public ECR sends", () => {
    const header = 'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"';
    expect(parseChallenge(header)).toEqual({
      scheme: "bearer",
      realm: "https://public.ecr.aws/token/",
      service: "public.ecr.aws",
      scope: "aws",
    });
  });

  it("reads a scope with commas, and unquoted values", () => {
    expect(parseChallenge('bearer realm=https://h/t, scope="repository:a/b:pull,push"')).toMatchObject({
      realm: "https://h/t",
      scope: "repository:a/b:pull,push",
    });
  });

  it("knows Basic and nothing else", () => {
    expect(parseChallenge('Basic realm="x"')).toEqual({ scheme: "basic", realm: "x" });
    expect(parseChallenge("Digest realm=x")).toBeUndefined();
    expect(parseChallenge(null)).toBeUndefined();
  });
});

it("asks for the repository at hand where scopes are of repositories, and for the registry's own scope elsewhere", () => {
  const challenge = { scheme: "bearer", scope: "repository:other:pull" } as const;
  expect(chooseScope(challenge, "a/b", true)).toBe("repository:a/b:pull,push");
  expect(chooseScope(challenge, "a/b", false)).toBe("repository:a/b:pull");
  expect(chooseScope({ scheme: "bearer", scope: "aws" }, "a/b", true)).toBe("aws");
});
