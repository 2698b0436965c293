import { ERROR_CODES, type ErrorParts, GenesisError } from "../lib/errors.js";
import { makeInert } from "../lib/inert.js";
import type { StepResult } from "../lib/step.js";

/** Most of Terraform's own text that a message takes, in characters: the start says what is wrong. */
const TEXT_MAX = 8_000;

/** Most of a field of a lock: whoever may write the bucket writes them. */
const FIELD_MAX = 200;

/** What was under way when a step failed. */
export interface FailedStep {
  /** Code and words for a failure that nothing below explains. */
  code: "init-failed" | "plan-failed" | "apply-failed" | "recover-failed" | "state-edit-refused";
  subject: string;
}

/** Failures that Terraform tells by its text only: they have a code, whose next step helps. */
const KNOWN: readonly { pattern: RegExp; code: ErrorParts["code"]; fact: string }[] = [
  {
    pattern: /ExpiredToken|RequestExpired|security token included in the request is expired|session has expired/i,
    code: "credentials-expired",
    fact: "AWS says that the credentials have expired",
  },
  {
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html lists the codes; the provider has tried again by then.
    pattern:
      /\b(?:Throttling(?:Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded|SlowDown)\b/,
    code: "aws-throttled",
    fact: "AWS keeps refusing requests because there are too many",
  },
  {
    // https://docs.aws.amazon.com/general/latest/gr/signature-v4-troubleshooting.html
    pattern: /RequestTimeTooSkewed|Signature (?:expired|not yet current)/,
    code: "clock-skewed",
    fact: "AWS says that the time of the requests is wrong",
  },
  {
    pattern: /No valid credential sources|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch/,
    code: "credentials-refused",
    fact: "AWS does not know these credentials",
  },
  {
    pattern: /S3 bucket "[^"]*" does not exist|NoSuchBucket/,
    code: "state-bucket-missing",
    fact: "the state's bucket does not exist",
  },
  {
    pattern:
      /match any of the checksums|Inconsistent dependency lock file|Failed to query available provider packages|not available for your current platform/,
    code: "provider-mismatch",
    fact: "the environment does not have the providers of the lock file",
  },
  {
    pattern: /lifecycle\.prevent_destroy|Instance cannot be destroyed/,
    code: "destroy-prevented",
    fact: "the plan would destroy what the code protects",
  },
  {
    pattern: /Configuration for import target does not exist/,
    code: "import-orphaned",
    fact: "there is an import of something that the code does not have",
  },
  {
    pattern: /Saved plan is stale/,
    code: "plan-stale",
    fact: "the state changed while the plan waited",
  },
];

const DISK_FULL: (typeof KNOWN)[number] = {
  pattern: /no space left on device|file too large|disk quota exceeded/i,
  code: "disk-full",
  fact: "the engine's disk is full",
};

/** A state as Terraform prints it where it can save it nowhere, sensitive values and all. */
const PRINTED_STATE = /^\{\n {2}"version": 4,$[\s\S]*?^\}$/m;

/** Whether a step printed the state, as the last place that was left for it. */
export function printsState({ stdout, stderr }: StepResult): boolean {
  return PRINTED_STATE.test(stdout) || PRINTED_STATE.test(stderr);
}

/** Turns a step's failure into an error with Terraform's own text below it, and with the step's effect whatever its cause. */
export function explainFailure(result: StepResult, step: FailedStep): GenesisError {
  const output = result.stderr.trim() === "" ? result.stdout : result.stderr;
  const text = makeInert(output.replace(PRINTED_STATE, "(the state, which is left out here)\n")).trim();
  const joined = joinLines(text);
  // First, for Terraform calls it a lock that it did not get.
  const full = DISK_FULL.pattern.test(joined) ? DISK_FULL : undefined;
  const known = full ?? readLock(text) ?? KNOWN.find(({ pattern }) => pattern.test(joined));
  return new GenesisError({
    code: known?.code ?? step.code,
    subject: step.subject,
    fact: known?.fact ?? `Terraform exited with ${result.exitCode}`,
    details: cutText(text),
    effect: ERROR_CODES[step.code][1],
  });
}

/** A held lock: who holds it, since when, and its id. It is never broken here: its owner may be at work. */
function readLock(text: string): Pick<ErrorParts, "code" | "fact"> | undefined {
  if (!/Error acquiring the state lock/.test(text)) return undefined;
  const read = (field: string) =>
    new RegExp(`\\b${field}:\\s+(\\S.*)`).exec(text)?.[1]?.trim().slice(0, FIELD_MAX) ?? "unknown";
  const operation = read("Operation").replace("OperationType", "").toLowerCase();
  return {
    code: "state-locked",
    fact: `${read("Who")} has locked the state since ${read("Created")} for ${operation}; the lock's id is ${read("ID")}`,
  };
}

/** Terraform breaks its sentences and draws a frame beside them. */
function joinLines(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[│\s]+/, "").trimEnd());
  return lines.filter((line) => line !== "").join(" ");
}

function cutText(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}\n…` : text;
}
