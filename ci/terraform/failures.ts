import { AWS_ERRORS } from "../aws/failure.js";
import { ERROR_CODES, type ErrorParts, GenesisError } from "../lib/errors.js";
import { makeInert } from "../lib/inert.js";
import type { StepResult } from "../lib/step.js";
import { readDenials } from "./denials.js";

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

type Cause = Pick<ErrorParts, "code" | "fact" | "next">;

const readName = (code: keyof typeof AWS_ERRORS, more = "(?!)") => {
  const [names, fact] = AWS_ERRORS[code];
  return { pattern: new RegExp(`\\b(?:${names})\\b|${more}`), code, fact };
};

/** Failures that Terraform tells by its text only: they have a code, whose next step helps. */
const KNOWN: readonly (Cause & { pattern: RegExp })[] = [
  readName("credentials-expired", "security token included in the request is expired|session has expired"),
  // The provider has tried again by then.
  readName("aws-throttled"),
  {
    // https://docs.aws.amazon.com/general/latest/gr/signature-v4-troubleshooting.html
    pattern: /RequestTimeTooSkewed|Signature (?:expired|not yet current)/,
    code: "clock-skewed",
    fact: "AWS says that the time of the requests is wrong",
  },
  readName("credentials-refused", "No valid credential sources"),
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
    pattern: /reading IAM Policy \(arn:[^)]*\): (?:couldn't find resource|empty result)/,
    code: "data-invalid",
    fact: "AWS has no managed policy of a name in the data",
    next: "correct that name, in managed_policies or a boundary of permission_sets; Terraform's text below has it",
  },
  {
    pattern: /\bBucketAlreadyExists\b/,
    code: "data-invalid",
    fact: "somebody else has a bucket of the name that is to be created",
    next: "write another as trail_bucket of guard_rails; Terraform's text below has the name",
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

/** What lies behind it no policy and no data can mend. */
const UNAVAILABLE: typeof KNOWN = [
  {
    pattern: /StatusCode: 5\d\d|\b(?:Internal(?:Error|Failure|ServerError|ServiceException)|ServiceUnavailable)/,
    code: "aws-failed",
    fact: "AWS keeps answering with server errors",
  },
  {
    pattern: /connection (?:refused|reset)|no such host|i\/o timeout|TLS handshake timeout|request send failed/,
    code: "aws-failed",
    fact: "AWS cannot be reached",
  },
];

const DISK_FULL: (typeof KNOWN)[number] = {
  pattern: /no space left on device|file too large|disk quota exceeded/i,
  code: "disk-full",
  fact: "the engine's disk is full",
};

/** A state as Terraform prints it where it can save it nowhere, sensitive values and all. */
const PRINTED_STATE = /^\{\n {2}"version": 4,$[\s\S]*?^\}$/m;

const LEFT_OUT = "(the state, which is left out here)\n";

/** Commands of the state know no -no-color. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a color is
const COLORS = /\u001b\[[\d;]*m/g;

/** Whether a step printed the state, as the last place that was left for it. */
export function printsState({ stdout, stderr }: StepResult): boolean {
  return PRINTED_STATE.test(stdout) || PRINTED_STATE.test(stderr);
}

/**
 * Turns a step's failure into an error by its cause, with the step's effect whatever that is. Below it stand what Terraform had completed
 * before, and its own text.
 */
export function explainFailure(result: StepResult, step: FailedStep): GenesisError {
  const output = result.stderr.trim() === "" ? result.stdout : result.stderr;
  const text = makeInert(output.replaceAll(COLORS, "").replace(PRINTED_STATE, LEFT_OUT)).trim();
  const { next, ...cause } = findCause(text, result, step);
  const left = /Error releasing the state lock/.test(text);
  const { code, subject } = step;
  const advice = left ? UNLOCK : (next ?? (cause.code === "aws-failed" ? sayAgain(code) : undefined));
  return new GenesisError({
    ...{ subject, ...cause },
    details: [...listCompleted(result, step), cutText(text)].join("\n"),
    effect: `${ERROR_CODES[code][1]}${left ? "; the state's lock is left behind" : ""}`,
    ...(advice !== undefined && { next: advice }),
  });
}

/** The same approval does not apply twice. */
const sayAgain = (code: FailedStep["code"]) =>
  code === "apply-failed" ? ERROR_CODES[code][2] : "run the same command again";

const UNLOCK = "follow docs/runbooks/stuck-lock.md for the lock whose id stands below";

function findCause(text: string, { exitCode }: StepResult, { code }: FailedStep): Cause {
  const joined = joinLines(text);
  const find = (causes: typeof KNOWN) => causes.find(({ pattern }) => pattern.test(joined));
  const unlocked = /Error acquiring the state lock/.test(text);
  // A full disk first, for Terraform calls it a lock that it did not get.
  const cause = find([DISK_FULL]) ?? (unlocked ? readHolder(text) : undefined) ?? find(KNOWN);
  const known = cause ?? explainDenials(joined, code) ?? find(UNAVAILABLE);
  if (known !== undefined) return { code: known.code, fact: known.fact, ...(known.next && { next: known.next }) };
  if (!unlocked) return { code, fact: `Terraform exited with ${exitCode}` };
  const taken = /PreconditionFailed|ConditionalRequestConflict/.test(joined);
  const fact = taken ? "the state is locked, and the lock cannot be read" : "the state could not be locked";
  return { code, fact, next: "try again; if it fails again, follow docs/runbooks/stuck-lock.md" };
}

/** Who holds the lock, since when, and its id, where Terraform could read it. It is never broken here: its owner may be at work. */
function readHolder(text: string): Cause | undefined {
  const at = text.search(/^[│ ]*Lock Info:/m);
  if (at === -1) return undefined;
  const info = text.slice(at);
  const read = (field: string) =>
    new RegExp(`\\b${field}:[^\\S\\n]+(\\S.*)`).exec(info)?.[1]?.trim().slice(0, FIELD_MAX);
  const who = read("Who");
  if (who === undefined) return undefined;
  const operation = read("Operation")?.replace("OperationType", "").toLowerCase() ?? "unknown";
  return {
    code: "state-locked",
    fact: `${who} has locked the state since ${read("Created") ?? "unknown"} for ${operation}; the lock's id is ${read("ID") ?? "unknown"}`,
  };
}

/** The permissions that are missing. */
function explainDenials(joined: string, code: FailedStep["code"]): Cause | undefined {
  const denials = readDenials(joined);
  const [first, ...others] = denials;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : `, and denies ${others.map(({ permission }) => permission).join(", ")} too`;
  const mend = denials.some(({ explicit }) => explicit)
    ? "have the policy that denies it changed"
    : "have it allowed, or use credentials that have it";
  return { code: "aws-forbidden", fact: `${first.fact}${more}`, next: `${mend}; then ${sayAgain(code)}` };
}

/** Most changes that are listed as completed. */
const COMPLETED_MAX = 100;
const COMPLETED = /^(\S.*): (Creation|Modifications|Destruction|Import) complete\b/gm;

/** What an apply had done before it failed: it is there, and the next plan does not show it. */
function listCompleted({ stdout }: StepResult, { code }: FailedStep): string[] {
  if (code !== "apply-failed") return [];
  const lines = [...makeInert(stdout).matchAll(COMPLETED)].map(
    ([, address, what]) => `  ${address}: ${what?.toLowerCase()}`,
  );
  if (lines.length === 0) return ["Terraform had completed nothing before it failed.", ""];
  const rest = lines.length - COMPLETED_MAX;
  const shown = rest > 0 ? [...lines.slice(0, COMPLETED_MAX), `  and ${rest} more`] : lines;
  return [`What Terraform had completed before it failed, ${lines.length} in all:`, ...shown, ""];
}

/** Terraform breaks its sentences and draws a frame beside them. */
function joinLines(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[│\s]+/, "").trimEnd());
  return lines.filter((line) => line !== "").join(" ");
}

function cutText(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}\n…` : text;
}
