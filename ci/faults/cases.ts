import type { ErrorCode } from "../lib/errors.js";
import type { Proof } from "./find-proofs.js";

/** Something that goes wrong, what then happens, and what proves it. */
export interface FailureCase {
  /** What goes wrong. */
  what: string;
  /** The codes that say so; none where GitHub or AWS refuses, or where nothing fails. */
  codes: readonly ErrorCode[];
  /** What happens, and what does not. */
  outcome: string;
  proofs: readonly Proof[];
}

const prove =
  (path: string) =>
  (...titles: string[]): Proof[] =>
    titles.map((title) => ({ path, title }));
const deploy = prove("dev/test/terraform/deploy.test.ts");
const life = prove("dev/test/terraform/life.test.ts");
const interruptions = prove("dev/test/terraform/interruptions.full.test.ts");
const gate = prove("dev/test/terraform/gate.test.ts");
const fingerprint = prove("dev/test/terraform/fingerprint.test.ts");
const scan = prove("dev/test/terraform/check-code.test.ts");
const phase = prove("dev/test/terraform/phase.test.ts");
const failures = prove("dev/test/terraform/failures.test.ts");
const plan = prove("dev/test/terraform/plan.test.ts");
const organization = prove("dev/test/terraform/organization.test.ts");
const policies = prove("dev/test/policies/prove.test.ts");
const mistakes = prove("terraform/tests/mistakes.tftest.hcl");
const modelled = prove("terraform/tests/organization.tftest.hcl");
const summary = prove("dev/test/terraform/summary/render-summary.test.ts");
const main = prove("dev/test/github/main.test.ts");
const pullRequest = prove("dev/test/github/pull-request.test.ts");
const workflows = prove("dev/test/github/workflows.test.ts");
const mutations = prove("dev/test/github/mutations.test.ts");
const push = prove("dev/test/registry/push.test.ts");
const login = prove("dev/test/registry/login.test.ts");
const hostile = prove("dev/test/registry/hostile.test.ts");
const publish = prove("dev/test/images/publish.test.ts");
const catalog = prove("dev/test/images/catalog.test.ts");
const extremes = prove("dev/test/images/extremes.test.ts");
const lock = prove("dev/test/images/lock.test.ts");
const names = prove("dev/test/lib/names.test.ts");
const json = prove("dev/test/lib/read-json.test.ts");
const canary = prove("dev/test/secrets/canary.full.test.ts");
const poll = prove("dev/test/aws/sign-in/poll.test.ts");
const signIn = prove("dev/test/aws/sign-in/sign-in.test.ts");

const NOTHING = "nothing is written";

/** Every failure that is known beforehand, by area. A test finds each proof, and `npm run faults` writes docs/failure-cases.md. */
export const CASES: Readonly<Record<string, readonly FailureCase[]>> = {
  "Plan and apply": [
    {
      what: "the state moved between an approval and its apply",
      codes: ["plan-stale"],
      outcome: `what moved is shown; ${NOTHING}`,
      proofs: [
        ...life("shows a drift, and what moved between an approval and its apply"),
        ...prove("dev/test/github/deploy.test.ts")(
          "refuses an approved plan where AWS moved before the apply: nothing is written",
        ),
      ],
    },
    {
      what: "an approval belongs to another commit, other code or another lock file",
      codes: ["plan-stale"],
      outcome: "Terraform is not started",
      proofs: deploy("refuse an approval of other code, another lock file or another commit before Terraform starts"),
    },
    {
      what: "the base branch moved, or an older main is applied after a newer one",
      codes: [],
      outcome: "the apply job refuses before it takes a role",
      proofs: main("applies nothing of an older commit, whoever approved it: no role is taken"),
    },
    {
      what: "one digit of the approved value is wrong",
      codes: ["fingerprint-invalid"],
      outcome: "Terraform is not started",
      proofs: fingerprint("is refused with any one character changed, left out or added"),
    },
    {
      what: "a pull request replaces code and approved value together",
      codes: ["plan-stale"],
      outcome: "the value comes from the plan job of the same run alone",
      proofs: main("takes the approved value from the plan job alone: another plan at the apply is refused there"),
    },
    {
      what: "an approval is made in a run of a pull request or of a fork",
      codes: [],
      outcome: "there is no apply in such a run, and no credentials in a fork's",
      proofs: [
        ...pullRequest("of a fork is checked and tested: no role, no plan, no call of GitHub"),
        ...modelled("workflows_take_roles_by_exact_subjects"),
      ],
    },
    {
      what: "an approval is used twice",
      codes: ["plan-stale"],
      outcome: `the second time ${NOTHING}`,
      proofs: deploy("apply what was approved once: the same approval again changes nothing, for the state has moved"),
    },
    {
      what: "two applies run at once",
      codes: ["state-locked", "plan-stale"],
      outcome: "one wins; the other says why it did nothing",
      proofs: deploy("let one of two applies at once win"),
    },
    {
      what: "SIGTERM or SIGKILL in init, state pull, plan or show",
      codes: ["init-failed", "plan-failed", "state-locked"],
      outcome: "nothing is written, the state is as it was; a killed plan leaves its lock, which the next run names",
      proofs: interruptions("that is ended in its %s has done nothing, and says so"),
    },
    {
      what: "SIGTERM in an apply",
      codes: ["apply-failed"],
      outcome: "the state is saved, the lock given back; the next plan shows what is left",
      proofs: interruptions(
        "that is told to end in its apply gives the lock back, and the next plan shows what is left",
      ),
    },
    {
      what: "SIGKILL in an apply",
      codes: ["apply-failed", "state-locked"],
      outcome: "the lock stays, the next run names it; what may have been made is not made twice",
      proofs: [
        ...interruptions("that is killed in its apply leaves its lock, and what it may have made is not made twice"),
        ...deploy(
          "leave the lock of an apply that was killed, say so the next time, and go on once a person removed it",
        ),
      ],
    },
    {
      what: "credentials expire in the middle of an apply",
      codes: ["state-unsaved", "credentials-expired"],
      outcome: "the state is kept in the engine until tf-recover saves it",
      proofs: deploy("keep a state that could not be saved as credentials expired, refuse to plan on, and recover it"),
    },
    {
      what: "the disk is full in init or plan",
      codes: ["disk-full"],
      outcome: `it says so; ${NOTHING}`,
      proofs: interruptions("whose disk is full says so, has done nothing, and goes on once there is room"),
    },
    {
      what: "the state can be saved neither to S3 nor to the disk",
      codes: ["state-unsaved"],
      outcome: "the message says that it stands in the step's log, and not what it holds",
      proofs: interruptions(
        "whose state can be saved nowhere, not even to the disk, says where it is, and does not show it again",
      ),
    },
    {
      what: "a stale lock",
      codes: ["state-locked"],
      outcome: "who, since when, its id; it is never broken",
      proofs: deploy("tell who holds the lock, and leave it alone"),
    },
    {
      what: "plan exits with 1",
      codes: ["plan-failed"],
      outcome: "never taken for a plan without changes",
      proofs: deploy("never take a plan that failed for one without changes"),
    },
    {
      what: "an account, OU, bucket, OIDC provider or repository would be destroyed or replaced",
      codes: ["destroy-refused", "destroy-unknown"],
      outcome: "each address must be named",
      proofs: [
        ...gate("refuses to lose any protected resource that is not named"),
        ...deploy("refuse to destroy what is protected unless it is named"),
      ],
    },
    {
      what: "the same source is planned again after AWS or the state changed",
      codes: [],
      outcome: "the second plan shows it: no cache answers",
      proofs: prove("dev/test/e2e/deploy.e2e.test.ts")(
        "runs again when it is called again: two identical calls see what changed between them",
      ),
    },
    {
      what: "Terraform, a provider or the lock file differs from the approved",
      codes: ["provider-mismatch", "plan-stale"],
      outcome: NOTHING,
      proofs: [
        ...deploy("stop at a bucket that is not there, and at a provider that is not the locked one"),
        ...fingerprint("is another for other code, lock file, lineage, commit, output and version of Terraform"),
      ],
    },
    {
      what: "the state's key is wrong, or the state is empty",
      codes: ["state-empty"],
      outcome: "no plan to create everything, unless somebody says bootstrap",
      proofs: phase("is none for an empty state, unless it is a bootstrap"),
    },
    {
      what: "GitHub is down while freshness or reviewers are asked for",
      codes: [],
      outcome: "closed: nothing is applied, no role is taken",
      proofs: main(
        "applies nothing where GitHub does not tell the head of main: %s",
        "applies nothing where the environment asks %s",
      ),
    },
    {
      what: "the code holds external data, a provisioner, another provider or a module",
      codes: ["code-forbidden", "provider-forbidden"],
      outcome: "refused before init; the plan itself is asked again",
      proofs: [...scan("refuses %s"), ...gate("refuses a provider that the scan of the code should have found")],
    },
    {
      what: "the code is nested so deep that its parser runs out of stack",
      codes: ["code-unreadable"],
      outcome: "Terraform is not started",
      proofs: scan(
        "is refused where it is nested deeper than anybody writes",
        "that hides its depth from the count is refused all the same, and so is every file after it",
      ),
    },
    {
      what: "the clock of the engine is wrong",
      codes: ["clock-skewed"],
      outcome: "it says so, rather than that credentials are wrong",
      proofs: [...signIn("of the clock is told: fresh credentials look expired"), ...failures("is %s by its text")],
    },
    {
      what: "the clock jumps while a sign-in waits",
      codes: ["sign-in-expired"],
      outcome: "the wait is by a clock that nobody sets",
      proofs: poll("counts the expiry from when the sign-in was asked for, by a clock of its own"),
    },
    {
      what: "a plan or a state is cut off or of another format",
      codes: ["plan-unreadable", "state-unreadable"],
      outcome: "refused, without a value of it in the message",
      proofs: [
        ...plan("is refused where it is not version 1 of the format, without a value of it in the message"),
        ...phase("is refused in another format, without a value of it in the message"),
      ],
    },
  ],
  Publish: [
    {
      what: "401",
      codes: ["registry-unauthorized"],
      outcome: "one fresh token, then failure",
      proofs: login(
        "gets one fresh token after a 401, and the push succeeds",
        "fails when the fresh token is refused too, and says no secret",
      ),
    },
    {
      what: "403",
      codes: ["registry-forbidden"],
      outcome: "no retry; the missing permission is named",
      proofs: push("names the permission behind a 403 to %s %s, without a retry"),
    },
    {
      what: "429",
      codes: ["registry-throttled"],
      outcome: "bounded waits, as long as the registry asks",
      proofs: push("waits as long as a 429 asks", "gives up on 429 after a fixed number of attempts, tag unwritten"),
    },
    {
      what: "5xx, a reset or a restart in a blob",
      codes: ["registry-unavailable"],
      outcome: "bounded retries, the tag unmoved",
      proofs: push(
        "tries a blob again after %i, and ends with the tag written once",
        "tries a blob again after a reset in its middle",
        "goes on where it was when the registry is restarted in the middle of a blob",
        "gives up on resets after a fixed number of attempts, tag unwritten",
      ),
    },
    {
      what: "one platform of several is missing",
      codes: ["platform-mismatch"],
      outcome: "no index, no tag",
      proofs: publish("pushes nothing when %s"),
    },
    {
      what: "a registry that lies about digests",
      codes: ["digest-mismatch", "tag-exists"],
      outcome: "the tag unwritten, or said not to be this build's",
      proofs: [
        ...push("stops when the registry returns another digest for %s, tag unwritten"),
        ...hostile(
          "about the bytes of a digest is not believed, whatever its headers say",
          "and says that it stored what it did not is found out before the publish is called done",
        ),
      ],
    },
    {
      what: "a registry that never ends, or answers something else",
      codes: ["registry-refused"],
      outcome: "given up after a fixed number of requests and bytes",
      proofs: hostile("and has an answer for every tag is not asked for ever", "is refused where it sends %s"),
    },
    {
      what: "a token server that lies, or has no TLS",
      codes: ["registry-refused"],
      outcome: "it does not get the credentials, and nothing of its answer is shown",
      proofs: hostile(
        "is not sent the credentials of a registry with TLS where it has none itself",
        "and answers with no token is refused, and nothing of its answer is shown",
      ),
    },
    {
      what: "an upload or a download is cut off",
      codes: ["registry-refused", "registry-unavailable"],
      outcome: "the tag unwritten",
      proofs: hostile(
        "up is not stored: a registry refuses bytes that are not those of their digest, tag unwritten",
        "down is asked for again, and given up after a fixed number of attempts",
      ),
    },
    {
      what: "the disk is full while an image is built",
      codes: ["layout-invalid"],
      outcome: "nothing is pushed",
      proofs: hostile("from a disk that was full is found before anything is pushed: a blob is %s"),
    },
    {
      what: "two runs publish other content under one tag",
      codes: ["tag-exists"],
      outcome: "one survives, the other says so",
      proofs: push("lets one of two publishes win, and the other says so"),
    },
    {
      what: "a tag exists",
      codes: ["tag-exists"],
      outcome: "the same digest is left alone, another is refused",
      proofs: push(
        "does nothing to a tag that names the digest already",
        "refuses a tag that names another digest before it sends anything",
      ),
    },
    {
      what: "an image's name or link leaves its folder",
      codes: ["image-invalid-name", "symlink-escapes"],
      outcome: "refused before the file system is touched",
      proofs: [...names("never lets a name through that could leave a folder"), ...catalog("refuses a link to %s")],
    },
    {
      what: "a Dockerfile is missing, a folder empty, a name given twice",
      codes: ["dockerfile-missing", "dockerfile-empty", "repository-duplicate"],
      outcome: "all is listed, nothing built",
      proofs: catalog(
        "lists everything that is wrong, of all images, at once",
        "names both images of a shared repository",
      ),
    },
    {
      what: "a base has no digest",
      codes: ["dockerfile-unpinned", "pin-unpinned"],
      outcome: "nothing is built",
      proofs: [
        ...prove("dev/test/images/dockerfile.test.ts")("refuses %j at line %i"),
        ...prove("dev/test/images/pins.test.ts")("refuses with %s: %s"),
      ],
    },
    {
      what: "one of several images does not build",
      codes: ["publish-failed"],
      outcome: "the others are published, the report names it, the exit is not 0",
      proofs: [
        ...publish("publishes the others when one does not build"),
        ...prove("dev/test/images/report.test.ts")(
          "is returned where nothing failed, and thrown whole where something did",
        ),
      ],
    },
    {
      what: "a repository is missing",
      codes: ["repository-missing"],
      outcome: "points to Terraform; it is never created",
      proofs: push("points to Terraform where the repository is missing, and never tries to create one"),
    },
    {
      what: "the lock and the registry differ",
      codes: ["lock-registry-differs"],
      outcome: "the check names the command that mends it",
      proofs: lock("passes for what is published, and names the command where a digest or a tag is another"),
    },
    {
      what: "a Dockerfile of 10,000 lines",
      codes: ["dockerfile-unpinned"],
      outcome: "read to its end",
      proofs: extremes("with a Dockerfile of 10,000 lines is read to its end"),
    },
    {
      what: "5,000 files in a context",
      codes: [],
      outcome: "all are in the context and the hash",
      proofs: extremes("with 5,000 files has all of them in its context and its hash"),
    },
    {
      what: "a file name with a newline, or one that every object has",
      codes: ["symlink-escapes"],
      outcome: "kept; an error about it stays on one line",
      proofs: extremes(
        "with a newline in a file's name has it in its context, and an error about it stays on one line",
        "keeps a file whose name every object has",
      ),
    },
  ],
  Configuration: [
    {
      what: "JSON that is a bomb: deep, huge, a field twice",
      codes: ["json-invalid", "field-invalid"],
      outcome: "refused, in a short message",
      proofs: json("is refused: %s", "of thousands of mistakes tells some of them, and how many there are"),
    },
    {
      what: "YAML that is a bomb",
      codes: [],
      outcome: "there is none to read: the module has no parser of YAML",
      proofs: prove("dev/test/faults/cases.test.ts")(
        "are read from JSON and HCL alone: the module has no parser of YAML",
      ),
    },
    {
      what: "prototype pollution by a field's name",
      codes: ["json-invalid"],
      outcome: "refused; every prototype stays as it is",
      proofs: [
        ...json("refuses %s", "leaves every prototype as it is"),
        ...extremes("with an argument named after a prototype is refused: it would be lost"),
      ],
    },
    {
      what: "any text at all, to any parser",
      codes: [],
      outcome: "taken or refused with a code, in a moment, and without a secret of it",
      proofs: prove("dev/test/fuzz/fuzz.full.test.ts")(
        "takes or refuses whatever it is given, with a code and without the secret: %s",
      ),
    },
  ],
  Organization: [
    {
      what: "an e-mail address twice, in other letters",
      codes: ["plan-failed"],
      outcome: "both entries are named",
      proofs: [...organization("names both accounts of one address"), ...mistakes("one_address_in_two_spellings")],
    },
    {
      what: "an unknown OU, group or permission set; a permission set for nobody",
      codes: ["plan-failed"],
      outcome: "the nearest one is shown, before a plan",
      proofs: [
        ...organization("shows the nearest OU, permission set and person, and all known ones where none is near"),
        ...mistakes("an_unknown_ou", "an_unknown_permission_set", "an_unknown_member"),
      ],
    },
    {
      what: "an account is taken out of the data",
      codes: ["destroy-prevented"],
      outcome: "blocked; the runbook is named",
      proofs: life("does not lose an account that was taken out of the data"),
    },
    {
      what: "an SCP of one character more than the limit, one attachment too many",
      codes: ["plan-failed"],
      outcome: "failure before a plan",
      proofs: mistakes(
        "a_policy_below_the_limit",
        "a_policy_at_the_limit",
        "a_policy_over_the_limit",
        "one_policy_too_many_at_the_root",
      ),
    },
    {
      what: "an SCP locks out break-glass or the apply role",
      codes: ["policy-differs"],
      outcome: "the lint fails",
      proofs: policies("turn a row red with whatever is taken from them or added"),
    },
  ],
  "CI and secrets": [
    {
      what: "a secret, also encoded, in output, error, summary or file",
      codes: [],
      outcome: "absent",
      proofs: [
        ...canary(
          "is nowhere in what plan, apply, drift and recover print, throw, write or keep",
          "is in no argument of a step",
          "is in no file that is left, and the credentials are not in the state either",
        ),
        ...prove("dev/test/secrets/publish.test.ts")(
          "of a registry is in no report, message, log or address of a publish that works",
          "is not shown where a registry repeats it in an answer %i",
        ),
        ...prove("dev/test/secrets/sign-in.test.ts")(
          "of a sign-in is not shown where it works",
          "of a sign-in is not shown where %s fails, or answers with all of them in the wrong place",
        ),
        ...prove("dev/test/e2e/deploy.e2e.test.ts")(
          "shows no sensitive value in logs, errors and files, with all progress on",
        ),
      ],
    },
    {
      what: "a pull request from a fork",
      codes: [],
      outcome: "no id-token, no AWS, checks and builds only",
      proofs: pullRequest("of a fork is checked and tested: no role, no plan, no call of GitHub"),
    },
    {
      what: "claims of another repository, branch, environment or pull request",
      codes: [],
      outcome: "denied: the subjects are exact",
      proofs: [
        ...modelled("workflows_take_roles_by_exact_subjects"),
        ...policies("admit the intended subjects and nothing else of at least 200 sets of claims for each role"),
      ],
    },
    {
      what: "pull_request_target, an action without a commit, broad permissions, an expression in a script",
      codes: [],
      outcome: "a rule turns red",
      proofs: [...workflows("keep the rule: %s"), ...mutations("$what")],
    },
    {
      what: "a plan longer than a comment, a summary over its limit",
      codes: [],
      outcome: "cut with whole fences and the counts first; said not to be approved from",
      proofs: [
        ...summary("names every changed resource outside of its diff", "that is whole does not say that it is cut"),
        ...prove("dev/test/images/report-markdown.test.ts")(
          "stays below what GitHub takes, with whole fences, and says what is left out",
        ),
      ],
    },
    {
      what: "backticks, mentions and workflow commands in a plan",
      codes: [],
      outcome: "inert",
      proofs: [
        ...pullRequest(
          "shows names from a plan as text: none mentions a team, commands a runner or looks like an empty plan",
        ),
        ...prove("dev/test/lib/markdown.test.ts")("holds no workflow command, no terminal code and no hidden order"),
      ],
    },
    {
      what: "a newer push during an apply",
      codes: [],
      outcome: "queued, never cancelled",
      proofs: [...workflows("keep the rule: %s"), ...mutations("$what")],
    },
    {
      what: "an approval is missing",
      codes: [],
      outcome: "the environment blocks; without reviewers the job refuses",
      proofs: main("applies nothing where a person says no", "applies nothing where the environment asks %s"),
    },
    {
      what: "the state's bucket by HTTP, unencrypted or unversioned; the plan role writes the state",
      codes: ["policy-differs"],
      outcome: "denied by policy",
      proofs: policies("turn a row red with whatever is taken from them or added"),
    },
    {
      what: "GitHub and the Identity Center are down",
      codes: ["plan-failed"],
      outcome:
        "the deployment runs from a laptop with a key of IAM, by the same functions; where AWS does not answer either, nothing is planned",
      proofs: prove("dev/test/runbooks/runbooks.full.test.ts")(
        "break the glass while nobody can sign in: plan and apply with a key of IAM, which then is gone",
        "reach an account by hand where the Identity Center's API is down too: then nothing is planned",
      ),
    },
  ],
};
