import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainFailure, printsState } from "../../../ci/terraform/failures.js";

const STEP = {
  code: "plan-failed",
  subject: "terraform plan",
  next: "plan again",
} as const;
const explain = (stderr: string, stdout = "") => explainFailure({ exitCode: 1, stdout, stderr }, STEP);

/** Why a lock could not be written, as S3 and the SDK say it. */
const CAUSES = [
  [
    "aws-forbidden",
    "operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied: Access Denied",
  ],
  [
    "aws-throttled",
    "operation error S3: PutObject, exceeded maximum number of attempts, 5, StatusCode: 503, api error SlowDown: x",
  ],
  [
    "aws-failed",
    "operation error S3: PutObject, https response error StatusCode: 500, api error InternalError: We encountered",
  ],
  ["aws-failed", "operation error S3: PutObject, request send failed, dial tcp: lookup s3.amazonaws.com: no such host"],
  [
    "state-bucket-missing",
    "operation error S3: PutObject, StatusCode: 404, api error NoSuchBucket: The bucket does not exist",
  ],
  [
    "credentials-expired",
    "operation error S3: PutObject, StatusCode: 400, api error ExpiredToken: The provided token has expired",
  ],
  [
    "plan-failed",
    "operation error S3: PutObject, StatusCode: 400, api error KMS.DisabledException: the key is disabled",
  ],
] as const;

describe("a failed step", () => {
  it("cuts what a lock says of itself, which whoever wrote it chose", () => {
    const error = explain(`Error: Error acquiring the state lock\n\nLock Info:\n  Who:       ${"x".repeat(50_000)}\n`);
    expect(error.message).toContain("xxx");
    expect(error.message.length).toBeLessThan(10_000);
  });

  it("is a held lock only where Terraform names who holds it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CAUSES),
        fc.option(fc.stringMatching(/^[a-z]{1,9}@[a-z]{1,9}$/)),
        ([code, said], who) => {
          const info = who === null ? "" : `Lock Info:\n  ID:        7\n  Who:       ${who}\n  Created:   \n`;
          const error = explain(
            `Error: Error acquiring the state lock\n\nError message: ${said}\n${info}\nTerraform acquires a lock`,
          );
          expect(error.code).toBe(who === null ? code : "state-locked");
          expect(error.message).toContain("Nothing was applied");
          expect(
            error.message.includes(`${who} has locked the state since unknown for unknown; the lock's id is 7`),
          ).toBe(who !== null);
        },
      ),
    );
  });

  it.each([
    ["is empty", "Lock Info:\n  ID:        \n  Operation: \n  Who:       \n  Version:   1.16.5\n"],
    ["is no JSON", "failed to unmarshal JSON data into LockInfo struct: unexpected end of JSON input"],
    ["was gone by then", "operation error S3: GetObject, https response error StatusCode: 404, NoSuchKey:"],
  ])("is no held lock where the one in the way %s: the runbook is named all the same", (_, text) => {
    const error = explain(
      `Error: Error acquiring the state lock\n\nError message: api error PreconditionFailed: x\n${text}`,
    );
    expect(error.code).toBe("plan-failed");
    expect(error.message).toContain("the state is locked, and the lock cannot be read. Nothing was applied");
    expect(error.message).toContain("docs/runbooks/stuck-lock.md");
  });

  it("is read through the colors of commands that cannot leave them out", () => {
    const lines = [
      "Error: \u001b[0m\u001b[1mError acquiring the state lock",
      "Lock Info:",
      "  ID:        7",
      "  Who:       ada",
    ];
    const error = explain(lines.map((line) => `\u001b[31m│\u001b[0m \u001b[0m${line}\u001b[0m\n`).join(""));
    expect(error.code).toBe("state-locked");
    expect(error.message).not.toContain("[0m");
  });

  it("tells the lock that it left behind", () => {
    const call = "operation error S3: DeleteObject, https response error StatusCode: 403, api error AccessDenied: no";
    const error = explain(`Error: Error releasing the state lock\n\n${call}\nLock Info:\n  ID: 7\n  Who: me\n`);
    expect(error.code).toBe("aws-forbidden");
    expect(error.message).toMatch(/s3:DeleteObject .* the state's lock is left behind\. Next: .*stuck-lock\.md/);
  });

  it("names what was denied, to whom and by what, however Terraform breaks its lines", () => {
    const kinds = ["identity-based policy", "service control policy", "permissions boundary", "VPC endpoint policy"];
    const parts = fc.record({
      who: fc.stringMatching(/^arn:aws:sts::\d{12}:assumed-role\/[a-z]{1,9}\/[a-z@.]{0,9}[a-z]$/),
      permission: fc.stringMatching(/^[a-z]{2,9}(-[a-z]{2,5})?:[A-Z][A-Za-z]{1,20}$/),
      resource: fc.option(
        fc.constantFrom('"arn:aws:s3:::a/b.tflock"', "role genesis-plan", "arn:aws:iam::1:oidc-provider/x"),
      ),
      kind: fc.constantFrom(...kinds),
      ending: fc.constantFrom("deny", "by-arn", "silent", ""),
      width: fc.nat(90),
    });
    fc.assert(
      fc.property(parts, ({ who, permission, resource, kind, ending, width }) => {
        const arn = "arn:aws:organizations::1:policy/o-a/service_control_policy/p-b";
        const end = {
          deny: ` with an explicit deny in a ${kind}`,
          "by-arn": ` with an explicit deny in a ${kind}: ${arn}`,
          silent: ` because no ${kind} allows the ${permission} action`,
          "": "",
        }[ending];
        const on = resource === null ? "" : ` on resource: ${resource}`;
        const sentence = `api error AccessDenied: User: ${who} is not authorized to perform: ${permission}${on}${end}`;
        const text = `Error: reading X (y): operation error S3: Head, StatusCode: 403, ${sentence}`;
        const lines = text.replaceAll(/ /g, (space, at) => (width > 0 && at % width === 0 ? "\n│ " : space));
        const error = explain(`╷\n│ ${lines}\n╵\n╷\n│ Error: another\n╵`);
        expect(error.code).toBe("aws-forbidden");
        const why = {
          deny: `: a ${kind} denies`,
          "by-arn": `: a ${kind}: ${arn} denies`,
          silent: `: no ${kind} allows`,
          "": "",
        }[ending];
        const thing = resource === null ? "" : ` on ${resource.replaceAll('"', "")}`;
        expect(error.parts.fact).toContain(`AWS denies ${permission}${thing} to ${who}${why}`);
        expect(error.parts.next).toMatch(
          ending === "deny" || ending === "by-arn" ? /^have the policy that denies/ : /^have it allowed/,
        );
      }),
    );
  });

  it("names the call where AWS says no more, and each of several once", () => {
    const call = (name: string, said: string) =>
      `Error: x\n\noperation error ${name}, https response error StatusCode: 400, RequestID: 1, ${said}: no\n`;
    const calls = [
      call("Organizations: CreateAccount", "AccessDeniedException"),
      call("SSO Admin: CreatePermissionSet", "AccessDeniedException"),
      call("S3: HeadBucket", "api error Forbidden"),
      call("S3: HeadBucket", "api error Forbidden"),
      call("IAM: GetRole", "NoSuchEntity"),
    ];
    const { parts } = explain(calls.join("\n"));
    expect(parts.fact).toMatch(
      /^AWS denies organizations:CreateAccount .*, and denies sso:CreatePermissionSet, s3:ListBucket too$/,
    );
  });

  it("in the middle of an apply lists what was done by then, and sends nobody to the old approval", () => {
    const stdout = [
      'aws_iam_role.this["a b"]: Creating...',
      'aws_iam_role.this["a b"]: Creation complete after 1s [id=SECRET]',
      "aws_s3_bucket.old: Destruction complete after 0s",
      ...Array.from({ length: 200 }, (_, index) => `aws_x.y[${index}]: Modifications complete after 0s [id=z]`),
    ].join("\n");
    const stderr = "Error: x\n\noperation error IAM: CreateRole, StatusCode: 403, api error AccessDenied: no";
    const apply = { code: "apply-failed", subject: "terraform apply" } as const;
    const { message, code } = explainFailure({ exitCode: 1, stdout, stderr }, apply);
    expect(code).toBe("aws-forbidden");
    expect(message).toContain("What it applied is in the state");
    expect(message).toMatch(/then run dagger call tf-plan/);
    expect(message).toContain('202 in all:\n  aws_iam_role.this["a b"]: creation\n  aws_s3_bucket.old: destruction\n');
    expect(message).toContain("  and 102 more\n\nError: x");
    expect(message).not.toContain("SECRET");
    expect(explainFailure({ exitCode: 1, stdout: "", stderr }, apply).message).toContain("completed nothing");
    expect(explain(stderr, stdout).message).not.toContain("completed");
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
    ["aws-failed", "operation error IAM: GetRole, https response error StatusCode: 0, dial tcp: connection refused"],
    ["destroy-prevented", "Error: Instance cannot be destroyed"],
    ["data-invalid", "reading IAM Policy (arn:aws:iam::aws:policy/Administratoraccess): couldn't find\n│ resource"],
    ["data-invalid", "creating S3 Bucket (genesis-trail-1): StatusCode: 409, BucketAlreadyExists:"],
    ["plan-stale", "Error: Saved plan is stale"],
  ])("is %s by its text", (code, text) => {
    const error = explain(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain("Nothing was applied");
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
