import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProcessRunner } from "../../native/run-step.js";
import { makeTerraformFolder } from "../../tools/terraform-folder.js";

type Edit = readonly [file: string, from: string, to: string];

/** Beginnings of what terraform/tests/access.tftest.hcl says where something is not as meant. */
const SAID =
  /^(The (?:plan|apply|publish) role (?:trusts others|of the dedicated account)|A role (?:is|holds)|The bucket of the state (?:has|loses))/gm;
const TRUST = ["The apply role trusts others", "The plan role trusts others", "The publish role trusts others"];
const APPLY = ["The apply role trusts others"];

/** Mistakes in the code, each with everything that `terraform test` must say. */
const MISTAKES: readonly (readonly [what: string, edits: readonly Edit[], said: readonly string[]])[] = [
  ["nothing", [], []],
  ["a pattern for the exact subject", [["github.tf", "StringEquals = {", "StringLike = {"]], TRUST],
  ["no audience", [["github.tf", '        aud           = "sts.amazonaws.com"\n', ""]], TRUST],
  ["no id of the repository", [["github.tf", "        repository_id = var.github.repository_id\n", ""]], TRUST],
  ["another claim for the subject", [["github.tf", "sub           = [", "repository    = ["]], TRUST],
  ["an apply by anybody", [["github.tf", "actor_id = values(var.github.approvers)", ""]], APPLY],
  ["an apply by another workflow", [["github.tf", "/apply.yml@", "/main.yml@"]], APPLY],
  ["an apply from another branch", [["github.tf", "/apply.yml@refs/heads/main", "/apply.yml@refs/heads/other"]], APPLY],
  ["another repository", [["github.tf", '/${var.github.repository}"', '/${var.github.repository}-fork"']], TRUST],
  ["another provider", [["github.tf", "oidc-provider/${local.github_host}", "oidc-provider/*"]], TRUST],
  [
    "a wildcard in one role, and in another place each what is not about GitHub",
    [
      [
        "github.tf",
        'ecr.account_id, subjects = ["ref:refs/heads/main"]',
        'ecr.account_id, subjects = ["ref:refs/heads/*"]',
      ],
      ["github.tf", "github_policies = {", 'github_policies = { plan = "ReadOnlyAccess",'],
      ["public_ecr.tf", 'Principal = { AWS = aws_iam_role.github["plan"].arn }', 'Principal = { AWS = "*" }'],
      ["state.tf", '"aws:SecureTransport" = "false"', '"aws:SecureTransport" = "true"'],
      ["state.tf", 'status = "Enabled"', 'status = "Suspended"'],
    ],
    [
      "A role holds",
      "The bucket of the state has",
      "The bucket of the state loses",
      "The plan role of the dedicated account",
      "The publish role trusts others",
    ],
  ],
  [
    "a bucket that can become public, and a role in another account",
    [
      ["state.tf", "restrict_public_buckets = true", "restrict_public_buckets = false"],
      [
        "public_ecr.tf",
        'provider           = aws.public_ecr\n  name               = "genesis-publish"',
        'name               = "genesis-publish"',
      ],
    ],
    ["A role is", "The bucket of the state loses"],
  ],
];

describe("terraform test", () => {
  let work: ProcessRunner;
  beforeAll(async () => {
    work = await makeTerraformFolder();
  });
  afterAll(() => work.remove());

  it.each(MISTAKES)("finds %s", async (_, edits, said) => {
    const before = new Map<string, string>();
    for (const [file, from, to] of edits) {
      const text = await readFile(join(work.folder, file), "utf8");
      expect(text.split(from), `${file} has it once`).toHaveLength(2);
      if (!before.has(file)) before.set(file, text);
      await writeFile(
        join(work.folder, file),
        text.replace(from, () => to),
      );
    }
    const argv = ["terraform", "test", "-no-color", "-filter=tests/access.tftest.hcl"];
    const { exitCode, stdout, stderr } = await work.run({ argv });
    const output = stdout + stderr;
    for (const [file, text] of before) await writeFile(join(work.folder, file), text);
    expect([...output.matchAll(SAID)].map(([, text]) => text).sort(), output).toEqual(said);
    expect(exitCode).toBe(said.length === 0 ? 0 : 1);
  });
});
