terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type = string
  validation {
    condition     = can(regex("^us-", var.region))
    error_message = "no"
  }
}

locals {
  names = { for k, v in { a = 1 } : k => [for x in [1, 2] : x if x > v]... }
  text  = <<-EOT
    ${join(",", [for s in ["a"] : upper(s)])} %{ if true }x%{ else }y%{ endif }
  EOT
}

resource "aws_iam_role" "this" {
  for_each           = local.names
  name               = "x-${each.key}"
  assume_role_policy = file("${path.module}/policies/a.json")
  dynamic "inline_policy" {
    for_each = [1]
    content {
      name = "x"
    }
  }
}
