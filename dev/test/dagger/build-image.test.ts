import { describe, expect, it } from "vitest";
import { describeBuildFailure } from "../../../ci/dagger/build-image.js";

describe("a failed build", () => {
  it.each([
    { said: "a command that wrote nothing", stderr: "", message: "", below: "" },
    { said: "a command that wrote blank lines only", stderr: "\n\n", message: "x", below: "" },
    { said: "no command", stderr: undefined, message: "not found", below: "\n\nnot found" },
    { said: "a command that wrote", stderr: "one\ntwo\n", message: "x", below: "\n\none\ntwo" },
  ])("is told in one line of sentences, and what was written stands below: $said", ({ stderr, message, below }) => {
    const cause = Object.assign(new Error(message), { stderr });
    const error = describeBuildFailure("smoke-failed", "image base linux/amd64", "its smoke command failed", cause);
    expect(error.message).toBe(
      `[smoke-failed] image base linux/amd64: its smoke command failed. Nothing was pushed. Next: dagger call build-image --name base${below}`,
    );
  });
});
