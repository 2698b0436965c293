import { describe, expect, it } from "vitest";
import { explainFailure, printsState } from "../../../ci/terraform/failures.js";

const STEP = {
  code: "plan-failed",
  subject: "terraform plan",
  next: "plan again",
} as const;
const explain = (stderr: string, stdout = "") => explainFailure({ exitCode: 1, stdout, stderr }, STEP);

describe("a failed step", () => {
  it("cuts what a lock says of itself, which whoever wrote it chose", () => {
    const error = explain(`Error: Error acquiring the state lock\n\nLock Info:\n  Who:       ${"x".repeat(50_000)}\n`);
    expect(error.message).toContain("xxx");
    expect(error.message.length).toBeLessThan(10_000);
  });

  it("tells also a lock of which it can read nothing", () => {
    expect(explain("Error acquiring the state lock").message).toContain("unknown has locked the state since unknown");
  });

  it.each([
    ["credentials-expired", "api error ExpiredToken: The security token included in the request is expired"],
    ["credentials-refused", "Error: No valid credential sources found"],
    ["aws-throttled", "api error ThrottlingException: Rate exceeded"],
    ["aws-throttled", "TooManyRequestsException: AWS Organizations can't complete your request"],
    ["clock-skewed", "api error RequestTimeTooSkewed: The difference between the request time and the current time"],
    ["clock-skewed", "SignatureDoesNotMatch: Signature expired: 20261120T080000Z is now earlier than 20261120T090000Z"],
    ["state-bucket-missing", 'Error: S3 bucket "x" does not exist.'],
    ["provider-mismatch", "│ the local package doesn't\n│ match any of the\n│ checksums previously recorded"],
    ["destroy-prevented", "Error: Instance cannot be destroyed"],
    ["plan-stale", "Error: Saved plan is stale"],
  ])("is %s by its text", (code, text) => {
    const error = explain(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain("Nothing was planned or applied");
  });

  it("that is not known has the exit code and Terraform's own text, from wherever it wrote it", () => {
    expect(explain("Error: something new").message).toMatch(
      /^\[plan-failed\] .* exited with 1\. .*\n\nError: something new$/,
    );
    expect(explain("", "only here").message).toMatch(/\n\nonly here$/);
  });

  it("is told at once, however many spaces and empty lines Terraform wrote", () => {
    const text = `Error:${" ".repeat(100_000)}${"\n".repeat(100_000)}the security token included in the\n│ request is expired`;
    expect(explain(text).code).toBe("credentials-expired");
  });

  it.each([
    "Error: Error acquiring the state lock\n\nError message: could not write lock info: file too large",
    "Error: Failed to write plan file: write genesis.tfplan: no space left on device",
    "Error: disk quota\n│ exceeded",
  ])("is a full disk before it is anything else: %j", (text) => {
    expect(explain(text).code).toBe("disk-full");
  });

  it("does not repeat a state that Terraform printed, and its own words are not cut off by it", () => {
    const state = JSON.stringify({ version: 4, lineage: "hunter2", outputs: { x: "y".repeat(20_000) } }, null, 2);
    const stderr = `${state}\n\nError: Failed to persist state to backend\n`;
    const { message } = explain(stderr);
    expect(message).not.toContain("hunter2");
    expect(message).not.toContain("yyyy");
    expect(message).toContain("Failed to persist state to backend");
    expect(printsState({ exitCode: 1, stdout: "", stderr })).toBe(true);
    expect(printsState({ exitCode: 1, stdout: "Error: none", stderr: "" })).toBe(false);
  });

  it("cuts a text without end, and makes it inert", () => {
    const error = explain(`::error::x\n${"a".repeat(100_000)}`);
    expect(error.message.length).toBeLessThan(10_000);
    expect(error.message.startsWith("::")).toBe(false);
  });
});
