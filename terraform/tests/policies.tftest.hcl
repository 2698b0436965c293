# The plan whose policies are proved: `npm run trust`, and `dagger call tf-lint`, judge claims and requests by them (ci/policies). The data
# is invented, so that the proof is the same in every company's copy; the code and the policies are the real ones.

mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"

  # ARNs and ids tell which provider, and so which account, something of a role went to.
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/planned" }
  }
  mock_resource "aws_iam_role_policy" {
    defaults = { id = "111111111111" }
  }
  mock_resource "aws_iam_role_policy_attachment" {
    defaults = { id = "111111111111" }
  }
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::222222222222:role/planned" }
  }
  mock_resource "aws_iam_role_policy" {
    defaults = { id = "222222222222" }
  }
  mock_resource "aws_iam_role_policy_attachment" {
    defaults = { id = "222222222222" }
  }
}

override_resource {
  target          = aws_iam_role.github["plan"]
  override_during = plan
  values          = { arn = "arn:aws:iam::111111111111:role/genesis-plan" }
}

override_resource {
  target          = aws_s3_bucket.state
  override_during = plan
  values          = { arn = "arn:aws:s3:::state" }
}

override_resource {
  target          = aws_ecrpublic_repository.this["base"]
  override_during = plan
  values          = { arn = "arn:aws:ecr-public::222222222222:repository/base" }
}

override_resource {
  target          = aws_ecrpublic_repository.this["terraform"]
  override_during = plan
  values          = { arn = "arn:aws:ecr-public::222222222222:repository/terraform" }
}

override_resource {
  target          = aws_organizations_account.this["public-ecr"]
  override_during = plan
  values          = { id = "222222222222" }
}

override_resource {
  target          = aws_organizations_account.this["shop"]
  override_during = plan
  values          = { id = "333333333333" }
}

override_resource {
  target          = aws_organizations_account.this["old"]
  override_during = plan
  values          = { id = "444444444444" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["infrastructure"]
  override_during = plan
  values          = { id = "ou-acme-infrastructure" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["sandbox"]
  override_during = plan
  values          = { id = "ou-acme-sandboxes" }
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

override_resource {
  target          = aws_organizations_policy.this["deny-all"]
  override_during = plan
  values          = { id = "p-deny-all" }
}

override_resource {
  target          = aws_organizations_policy.this["deny-leaving"]
  override_during = plan
  values          = { id = "p-deny-leaving" }
}

override_resource {
  target          = aws_organizations_policy.this["deny-member-root"]
  override_during = plan
  values          = { id = "p-deny-member-root" }
}

override_resource {
  target          = aws_organizations_policy.this["protect-platform"]
  override_during = plan
  values          = { id = "p-protect-platform" }
}

run "policies" {
  command = plan

  variables {
    adopt        = {}
    management   = { account_id = "111111111111", email = "aws@example.com" }
    github       = { owner = "acme", owner_id = "11", repository = "platform", repository_id = "22" }
    state_bucket = "state"
    public_ecr   = { account = "public-ecr", account_id = "222222222222", repositories = ["base", "terraform"] }
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      shop       = { email = "aws+shop@example.com", ou = "workloads" }
      old        = { email = "aws+old@example.com", ou = "suspended" }
    }
  }
}
