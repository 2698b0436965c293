import type { StepResult } from "../lib/step.js";

const SHOWN_LINES = 5;

/** The last lines of what a tool said, on one line. */
export function summarize({ stderr }: StepResult): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const text = lines.slice(-SHOWN_LINES).join(" / ").replaceAll(/\s+/g, " ").slice(-600);
  return text === "" ? "it wrote no error" : text;
}

/** https://github.com/sigstore/cosign/blob/main/doc/cosign_exit-codes.md */
const EXIT_NOTHING_FOUND = 10;
const EXIT_NO_MATCH = 12;
const EXIT_NO_CERTIFICATE = 13;

/** Why cosign did not verify something, in the words of its exit codes and, for bundles, of its message. */
export function classifyVerification(result: StepResult): "missing" | "untrusted" | "mismatch" | "failed" {
  const { exitCode, stderr } = result;
  if (exitCode === EXIT_NOTHING_FOUND) return "missing";
  if (exitCode === EXIT_NO_MATCH || exitCode === EXIT_NO_CERTIFICATE) return "untrusted";
  if (!stderr.includes("no matching attestations")) return "failed";
  return /provided artifact digests? (?:does|do) not match/i.test(stderr) ? "mismatch" : "untrusted";
}
