import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestOrganization } from "./start-organization.js";

/** The data of SMALL_CODE, in a repository. */
export const DATA = "terraform/data.auto.tfvars";

/** Files that stay of terraform/: the providers and the backend. */
export const KEPT_FILES: readonly string[] = [".terraform.lock.hcl", "versions.tf"];

/** Small code with a protected type that nothing but the gate protects, and roles that are quick to make. */
export const SMALL_CODE = {
  "main.tf": `
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "public_ecr"
  region = "us-east-1"
}

variable "roles" {
  type = map(string)
}

variable "buckets" {
  type    = set(string)
  default = []
}

variable "password" {
  type      = string
  sensitive = true
  default   = "nobody-knows"
}

resource "aws_iam_role" "this" {
  for_each           = var.roles
  name               = each.key
  description        = each.value
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "123456789012" } }] })
}

resource "aws_s3_bucket" "this" {
  for_each = var.buckets
  bucket   = each.key
}
`,
  "data.auto.tfvars": 'roles = {\n  first = "one"\n}\nbuckets = ["logs"]\n',
};

/** Gives the role of SMALL_CODE another description; undone by the function that it returns. */
export const setRole = (organization: TestOrganization, value: string): Promise<() => Promise<void>> =>
  organization.edit(DATA, (text) => text.replace(/first = "[^"]*"/, `first = "${value}"`));

/** Leaves nothing in a folder but what every code needs, and these files. */
export async function replaceCode(folder: string, code: Readonly<Record<string, string>> = SMALL_CODE): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!KEPT_FILES.includes(name)) await rm(join(folder, name), { recursive: true });
  }
  for (const [name, text] of Object.entries(code)) await writeFile(join(folder, name), text);
}
