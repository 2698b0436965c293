# What the data of organization.auto.tfvars and changes of it plan to. No AWS: the providers are mocked.

mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

# Ids of their own, to see who hangs under which.
override_resource {
  target          = aws_organizations_organizational_unit.this["workloads"]
  override_during = plan
  values          = { id = "ou-test-workloads" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["suspended"]
  override_during = plan
  values          = { id = "ou-test-suspended" }
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan
}

# Nothing is there to be adopted: mocks cannot import.
variables {
  adopt = {}
}

run "every_group_has_its_access_in_every_account" {
  command = plan

  assert {
    condition = toset(keys(aws_ssoadmin_account_assignment.this)) == toset([
      "management/engineers/administrator",
      "management/engineers/read-only",
      "public-ecr/engineers/administrator",
      "public-ecr/engineers/read-only",
    ])
    error_message = "Assignments are ${join(", ", keys(aws_ssoadmin_account_assignment.this))}."
  }

  assert {
    condition     = aws_ssoadmin_account_assignment.this["management/engineers/administrator"].target_id == var.management.account_id
    error_message = "The assignment in the management account has another target."
  }

  assert {
    condition     = toset(keys(aws_identitystore_group_membership.this)) == toset(["engineers/josalvatorre"])
    error_message = "Memberships are ${join(", ", keys(aws_identitystore_group_membership.this))}."
  }

  assert {
    condition     = contains(aws_organizations_organization.this.aws_service_access_principals, "sso.amazonaws.com")
    error_message = "The Identity Center could not reach the accounts."
  }

  assert {
    condition     = var.public_ecr.account_id != var.management.account_id
    error_message = "Public images have an account of their own."
  }
}

run "two_lines_add_an_account_with_all_access" {
  command = plan

  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      shop       = { email = "aws+shop@example.com", ou = "workloads" }
    }
  }

  assert {
    condition = alltrue([
      contains(keys(aws_organizations_account.this), "shop"),
      contains(keys(aws_account_alternate_contact.security), "shop"),
      contains(keys(aws_ssoadmin_account_assignment.this), "shop/engineers/administrator"),
      contains(keys(aws_ssoadmin_account_assignment.this), "shop/engineers/read-only"),
    ])
    error_message = "The account, its contact or its access is missing."
  }

  assert {
    condition     = aws_organizations_account.this["shop"].parent_id == "ou-test-workloads"
    error_message = "The account is not in its OU."
  }
}

run "a_suspended_account_stays_and_loses_all_access" {
  command = plan

  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      old        = { email = "aws+old@example.com", ou = "suspended" }
    }
  }

  assert {
    condition     = contains(keys(aws_organizations_account.this), "old")
    error_message = "The account would be closed."
  }

  assert {
    condition     = length([for key in keys(aws_ssoadmin_account_assignment.this) : key if startswith(key, "old/")]) == 0
    error_message = "Someone still has access to a suspended account."
  }

  assert {
    condition     = aws_organizations_policy_attachment.this["deny-all"].target_id == "ou-test-suspended"
    error_message = "Suspended accounts are not denied."
  }
}
