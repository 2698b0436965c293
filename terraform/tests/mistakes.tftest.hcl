# Data that must be refused. Each run changes one thing, and expects the organization's own check to say so.

mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan
}

# Nothing is there to be adopted: mocks cannot import.
variables {
  adopt = {}
}

run "one_address_in_two_spellings" {
  command = plan
  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      shop       = { email = "AWS+Public-ECR@example.com", ou = "workloads" }
    }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "the_address_of_the_management_account" {
  command = plan
  variables {
    accounts = { public-ecr = { email = "AWS@example.com", ou = "infrastructure" } }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "an_address_of_64_characters" {
  command = plan
  variables {
    accounts = { public-ecr = { email = "${join("", [for _ in range(52) : "x"])}@example.com", ou = "infrastructure" } }
  }
}

run "an_address_of_65_characters" {
  command = plan
  variables {
    accounts = { public-ecr = { email = "${join("", [for _ in range(53) : "x"])}@example.com", ou = "infrastructure" } }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "an_unknown_ou" {
  command = plan
  variables {
    accounts = { public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastrcuture" } }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "an_account_with_the_name_of_the_management_account" {
  command = plan
  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      management = { email = "aws+m@example.com", ou = "workloads" }
    }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "an_unknown_permission_set" {
  command = plan
  variables {
    groups = { engineers = { description = "x", members = ["josalvatorre"], permission_sets = ["administrater"] } }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "an_unknown_member" {
  command = plan
  variables {
    groups = { engineers = { description = "x", members = ["josalvatore"], permission_sets = ["administrator"] } }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "public_images_in_the_management_account" {
  command = plan
  variables {
    public_ecr = { account = "public-ecr", account_id = "000000000000", repositories = [] }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "public_images_in_an_account_that_is_not_there" {
  command = plan
  variables {
    public_ecr = { account = "public", account_id = "000000000001", repositories = [] }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "a_wildcard_for_a_repository" {
  command = plan
  variables {
    github = { owner = "acme", owner_id = "11", repository = "*", repository_id = "22" }
  }
  expect_failures = [var.github]
}

run "two_identity_centers" {
  command = plan
  override_data {
    target          = data.aws_ssoadmin_instances.this
    override_during = plan
    values          = { arns = ["a", "b"], identity_store_ids = ["d-1", "d-2"] }
  }
  expect_failures = [data.aws_ssoadmin_instances.this]
}

# The longest policy has 609 characters, and the root has three with FullAWSAccess on top.
run "a_policy_below_the_limit" {
  command = plan
  variables {
    scp_limits = { characters = 610, per_node = 4 }
  }
}

run "a_policy_at_the_limit" {
  command = plan
  variables {
    scp_limits = { characters = 609, per_node = 4 }
  }
}

run "a_policy_over_the_limit" {
  command = plan
  variables {
    scp_limits = { characters = 608, per_node = 4 }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "one_policy_too_many_at_the_root" {
  command = plan
  variables {
    scp_limits = { characters = 609, per_node = 3 }
  }
  expect_failures = [aws_organizations_organization.this]
}

run "an_account_id_that_is_none" {
  command = plan
  variables {
    public_ecr = { account = "public-ecr", account_id = "", repositories = [] }
  }
  expect_failures = [var.public_ecr]
}
