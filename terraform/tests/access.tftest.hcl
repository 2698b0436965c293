# Who may take which role, and what guards the state: each compared whole with what is meant, written out. One more word in a trust policy
# fails here. A test of the repository plans this run too, and asks a policy simulator what the planned policies allow (dev/test/policies).

mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"

  # The ARN tells which provider, and so which account, a role went to.
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/planned" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::state" }
  }
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::222222222222:role/planned" }
  }
  mock_resource "aws_ecrpublic_repository" {
    defaults = { arn = "arn:aws:ecr-public::222222222222:repository/base" }
  }
}

# Another role trusts this one by its ARN.
override_resource {
  target          = aws_iam_role.github["plan"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111111111111:role/genesis-plan" }
}

# What hangs under which OU.
override_resource {
  target          = aws_organizations_organizational_unit.this["infrastructure"]
  override_during = plan
  values          = { id = "ou-acme-infrastructure" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["sandbox"]
  override_during = plan
  values          = { id = "ou-acme-sandbox" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["suspended"]
  override_during = plan
  values          = { id = "ou-acme-suspended" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["workloads"]
  override_during = plan
  values          = { id = "ou-acme-workloads" }
}

run "access" {
  command = plan

  variables {
    management   = { account_id = "111111111111", email = "aws@example.com" }
    github       = { owner = "acme", owner_id = "11", repository = "platform", repository_id = "22", approvers = { ada = "33", bo = "44" } }
    state_bucket = { name = "state" }
    public_ecr   = { account = "public-ecr", account_id = "222222222222", repositories = ["base"] }
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      shop       = { email = "aws+shop@example.com", ou = "workloads" }
      old        = { email = "aws+old@example.com", ou = "suspended" }
    }
  }

  assert {
    condition = jsondecode(aws_iam_role.github["plan"].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud"           = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:repository_id" = "22"
            "token.actions.githubusercontent.com:sub" = [
              "repo:acme/platform:pull_request",
              "repo:acme@11/platform@22:pull_request",
              "repo:acme/platform:ref:refs/heads/main",
              "repo:acme@11/platform@22:ref:refs/heads/main",
            ]
          }
        }
      }]
    }
    error_message = "The plan role trusts others: ${aws_iam_role.github["plan"].assume_role_policy}"
  }

  assert {
    condition = jsondecode(aws_iam_role.github["apply"].assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud"              = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:actor_id"         = ["33", "44"]
            "token.actions.githubusercontent.com:job_workflow_ref" = "acme/platform/.github/workflows/apply.yml@refs/heads/main"
            "token.actions.githubusercontent.com:ref"              = "refs/heads/main"
            "token.actions.githubusercontent.com:repository_id"    = "22"
            "token.actions.githubusercontent.com:sub" = [
              "repo:acme/platform:ref:refs/heads/main",
              "repo:acme@11/platform@22:ref:refs/heads/main",
            ]
          }
        }
      }]
    }
    error_message = "The apply role trusts others: ${aws_iam_role.github["apply"].assume_role_policy}"
  }

  assert {
    condition = jsondecode(aws_iam_role.publish.assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com" }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud"              = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:job_workflow_ref" = "acme/platform/.github/workflows/main.yml@refs/heads/main"
            "token.actions.githubusercontent.com:ref"              = "refs/heads/main"
            "token.actions.githubusercontent.com:repository_id"    = "22"
            "token.actions.githubusercontent.com:sub" = [
              "repo:acme/platform:ref:refs/heads/main",
              "repo:acme@11/platform@22:ref:refs/heads/main",
            ]
          }
        }
      }]
    }
    error_message = "The publish role trusts others: ${aws_iam_role.publish.assume_role_policy}"
  }

  assert {
    condition = jsondecode(aws_iam_role.public_ecr_plan.assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = "arn:aws:iam::111111111111:role/genesis-plan" }
      }]
    }
    error_message = "The plan role of the dedicated account trusts others: ${aws_iam_role.public_ecr_plan.assume_role_policy}"
  }

  assert {
    condition = sort([
      for role in concat(values(aws_iam_role.github), [aws_iam_role.publish, aws_iam_role.public_ecr_plan]) : "${split(":", role.arn)[4]} ${role.name}"
      ]) == tolist([
      "111111111111 genesis-apply",
      "111111111111 genesis-plan",
      "222222222222 genesis-plan",
      "222222222222 genesis-publish",
    ])
    error_message = "A role is in another account, or has another name."
  }

  assert {
    condition = { for role, it in aws_iam_role_policy_attachment.github : role => it.policy_arn } == {
      apply = "arn:aws:iam::aws:policy/AdministratorAccess"
    }
    error_message = "A role holds another policy of AWS."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.state.policy) == {
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = ["arn:aws:s3:::state", "arn:aws:s3:::state/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    }
    error_message = "The bucket of the state has another policy: ${aws_s3_bucket_policy.state.policy}"
  }

  assert {
    condition = {
      versioning              = aws_s3_bucket_versioning.state.versioning_configuration[0].status
      block_public_acls       = aws_s3_bucket_public_access_block.state.block_public_acls
      block_public_policy     = aws_s3_bucket_public_access_block.state.block_public_policy
      ignore_public_acls      = aws_s3_bucket_public_access_block.state.ignore_public_acls
      restrict_public_buckets = aws_s3_bucket_public_access_block.state.restrict_public_buckets
      } == {
      versioning              = "Enabled"
      block_public_acls       = true
      block_public_policy     = true
      ignore_public_acls      = true
      restrict_public_buckets = true
    }
    error_message = "The bucket of the state loses versions, or can become public."
  }
}

run "statements_of_others_stay_beside_ours" {
  command = plan

  variables {
    state_bucket = { name = "state", statements = "../tests/statements.json" }
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.state.policy).Statement == concat([{
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = ["arn:aws:s3:::state", "arn:aws:s3:::state/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }], jsondecode(file("./tests/statements.json")))
    error_message = "Statements of others are lost: ${aws_s3_bucket_policy.state.policy}"
  }
}
