import { expect, it } from "vitest";
import { chooseScope } from "../../../ci/registry/auth.js";

it("asks for the repository at hand where scopes are of repositories, and for the registry's own scope elsewhere", () => {
  const challenge = { scheme: "bearer", scope: "repository:other:pull" } as const;
  expect(chooseScope(challenge, "a/b", true)).toBe("repository:a/b:pull,push");
  expect(chooseScope(challenge, "a/b", false)).toBe("repository:a/b:pull");
  expect(chooseScope({ scheme: "bearer", scope: "aws" }, "a/b", true)).toBe("aws");
});
