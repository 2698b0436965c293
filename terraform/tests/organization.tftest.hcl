# What data plans to. No AWS: the providers are mocked.

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
  target          = aws_organizations_organizational_unit.second["workloads/prod"]
  override_during = plan
  values          = { id = "ou-test-prod0000" }
}

override_resource {
  target          = aws_organizations_organizational_unit.third["workloads/prod/payments"]
  override_during = plan
  values          = { id = "ou-test-payments" }
}

override_resource {
  target          = aws_organizations_organizational_unit.this["suspended"]
  override_during = plan
  values          = { id = "ou-test-suspended" }
}

mock_provider "aws" {
  alias           = "us_east_1"
  override_during = plan
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan
}

run "a_group_has_its_access_where_the_data_says" {
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
      contains(keys(aws_account_alternate_contact.this), "shop/security"),
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
    # Whatever names it.
    groups = {
      engineers = { description = "x", members = [], access = [
        { permission_sets = ["administrator"], accounts = ["old", "*", "ou:suspended"] }
      ] }
    }
  }

  assert {
    condition     = contains(keys(aws_organizations_account.this), "old")
    error_message = "The account would be closed."
  }

  assert {
    condition     = keys(aws_ssoadmin_account_assignment.this) == ["public-ecr/engineers/administrator"]
    error_message = "Someone still has access to a suspended account."
  }

  assert {
    condition     = aws_organizations_policy_attachment.this["genesis-deny-all/ou:suspended"].target_id == "ou-test-suspended"
    error_message = "Suspended accounts are not denied."
  }
}

# An organization that people have used for years: names that are no keys, three levels, several policies of each kind.
run "everything_that_the_data_can_say" {
  command = plan

  variables {
    organization = {
      trusted_services = ["account.amazonaws.com", "iam.amazonaws.com", "ram.amazonaws.com", "sso.amazonaws.com"]
      policy_types     = ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
    }
    ous = {
      infrastructure            = {}
      suspended                 = {}
      workloads                 = { name = "Work/loads" }
      "workloads/prod"          = {}
      "workloads/prod/payments" = { name = "Payments" }
    }
    accounts = {
      public-ecr = { email = "ecr@example.com", ou = "infrastructure", name = "ECR" }
      legacy     = { email = "legacy@example.com", ou = "root", tags = { CostCenter = "7" } }
      shop = {
        email = "shop@example.com", ou = "workloads/prod", contacts = {
          security = { name = "Shop", title = "CISO", email = "ciso@example.com", phone = "1" }
          billing  = { name = "Till", title = "Till", email = "till@example.com", phone = "2" }
        }
      }
      ledger = { email = "ledger@example.com", ou = "workloads/prod/payments" }
      old    = { email = "old@example.com", ou = "suspended" }
    }
    people = {
      mara = { given_name = "Ma", family_name = "Ra", email = "mara@example.com", name = "mara@example.com", display_name = "M" }
    }
    permission_sets = {
      billing = {
        description      = ""
        name             = "Billing"
        managed_policies = ["job-function/Billing", "ReadOnlyAccess"]
        inline_policy    = "deny-leaving.json"
        session_duration = "PT8H"
        relay_state      = "https://console.aws.amazon.com/billing/"
      }
      payments = {
        description               = "x"
        managed_policies          = []
        customer_managed_policies = [{ name = "pay" }, { name = "refund", path = "/team/" }]
        boundary                  = { customer_managed_policy = { name = "edge" } }
      }
      look = { description = "x", managed_policies = ["ReadOnlyAccess"], boundary = { managed_policy = "PowerUserAccess" } }
    }
    groups = {
      finance = {
        description = ""
        members     = ["mara"]
        access = [
          { permission_sets = ["billing"], accounts = ["management", "legacy"] },
          { permission_sets = ["payments", "look"], accounts = ["ou:workloads/prod", "old"] },
          { permission_sets = ["look"], accounts = ["ledger", "ou:workloads/prod/payments"] },
        ]
      }
    }
    policies = {
      own       = { description = "", file = "deny-leaving.json", targets = ["ou:workloads/prod", "ledger"], name = "eu-only" }
      cost-tags = { description = "x", file = "deny-all.json", targets = ["root"], type = "TAG_POLICY" }
    }
  }

  assert {
    condition = [
      aws_organizations_organizational_unit.this["workloads"].name,
      aws_organizations_organizational_unit.second["workloads/prod"].name,
      aws_organizations_organizational_unit.second["workloads/prod"].parent_id,
      aws_organizations_organizational_unit.third["workloads/prod/payments"].name,
      aws_organizations_organizational_unit.third["workloads/prod/payments"].parent_id,
    ] == ["Work/loads", "prod", "ou-test-workloads", "Payments", "ou-test-prod0000"]
    error_message = "The OUs are not nested as their paths are."
  }

  assert {
    condition = { for key, account in aws_organizations_account.this : key => [account.name, account.parent_id] if key != "old" && key != "public-ecr" } == {
      legacy = ["legacy", "r-root"]
      shop   = ["shop", "ou-test-prod0000"]
      ledger = ["ledger", "ou-test-payments"]
    }
    error_message = "An account is not where the data has it."
  }

  assert {
    condition     = [aws_organizations_account.this["public-ecr"].name, aws_organizations_account.this["legacy"].tags] == ["ECR", tomap({ CostCenter = "7" })]
    error_message = "Names or tags are lost."
  }

  assert {
    condition = { for key, contact in aws_account_alternate_contact.this : key => "${contact.alternate_contact_type} ${contact.name}" } == {
      "management/security" = "SECURITY Security"
      "public-ecr/security" = "SECURITY Security"
      "legacy/security"     = "SECURITY Security"
      "ledger/security"     = "SECURITY Security"
      "old/security"        = "SECURITY Security"
      "shop/security"       = "SECURITY Shop"
      "shop/billing"        = "BILLING Till"
    }
    error_message = "Contacts are ${join(", ", keys(aws_account_alternate_contact.this))}."
  }

  assert {
    condition = keys(aws_ssoadmin_account_assignment.this) == [
      "ledger/finance/look",
      "ledger/finance/payments",
      "legacy/finance/billing",
      "management/finance/billing",
      "shop/finance/look",
      "shop/finance/payments",
    ]
    error_message = "Assignments are ${join(", ", keys(aws_ssoadmin_account_assignment.this))}."
  }

  assert {
    condition = { for key, attachment in aws_ssoadmin_managed_policy_attachment.this : key => attachment.managed_policy_arn } == {
      "billing/ReadOnlyAccess"       = "arn:aws:iam::aws:policy/ReadOnlyAccess"
      "billing/job-function/Billing" = "arn:aws:iam::aws:policy/job-function/Billing"
      "look/ReadOnlyAccess"          = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    }
    error_message = "Managed policies are ${join(", ", keys(aws_ssoadmin_managed_policy_attachment.this))}."
  }

  assert {
    condition = { for key, attachment in aws_ssoadmin_customer_managed_policy_attachment.this : key => attachment.customer_managed_policy_reference[0].path } == {
      "payments/pay"    = "/"
      "payments/refund" = "/team/"
    }
    error_message = "Customer-managed policies are ${join(", ", keys(aws_ssoadmin_customer_managed_policy_attachment.this))}."
  }

  assert {
    condition = [
      aws_ssoadmin_permissions_boundary_attachment.this["payments"].permissions_boundary[0].customer_managed_policy_reference[0].name,
      aws_ssoadmin_permissions_boundary_attachment.this["look"].permissions_boundary[0].managed_policy_arn,
    ] == ["edge", "arn:aws:iam::aws:policy/PowerUserAccess"]
    error_message = "Boundaries are others."
  }

  assert {
    condition = (
      keys(aws_ssoadmin_permission_set_inline_policy.this) == ["billing"]
      && jsondecode(aws_ssoadmin_permission_set_inline_policy.this["billing"].inline_policy) == jsondecode(file("policies/deny-leaving.json"))
    )
    error_message = "The inline policy is another."
  }

  assert {
    condition = [
      aws_ssoadmin_permission_set.this["billing"].name, aws_ssoadmin_permission_set.this["billing"].session_duration,
      aws_ssoadmin_permission_set.this["billing"].relay_state, aws_ssoadmin_permission_set.this["look"].session_duration,
    ] == ["Billing", "PT8H", "https://console.aws.amazon.com/billing/", "PT1H"]
    error_message = "A permission set is another."
  }

  assert {
    condition     = [aws_identitystore_user.this["mara"].user_name, aws_identitystore_user.this["mara"].display_name] == ["mara@example.com", "M"]
    error_message = "The person has another name."
  }

  assert {
    condition     = { for key, policy in aws_organizations_policy.this : key => "${policy.type} ${policy.name}" } == { own = "SERVICE_CONTROL_POLICY eu-only", cost-tags = "TAG_POLICY cost-tags" }
    error_message = "A policy is of another type, or has another name."
  }

  assert {
    condition     = { for key, it in aws_organizations_policy_attachment.this : key => it.target_id if key != "own/ledger" } == { "own/ou:workloads/prod" = "ou-test-prod0000", "cost-tags/root" = "r-root" }
    error_message = "A policy is attached elsewhere."
  }

  assert {
    condition     = contains(keys(aws_organizations_policy_attachment.this), "own/ledger")
    error_message = "A policy is not attached to its account."
  }
}

run "people_who_come_from_elsewhere_are_looked_up_and_not_managed" {
  command = plan

  variables {
    identity_source = "external"
  }

  override_data {
    target          = data.aws_identitystore_group.this["engineers"]
    override_during = plan
    values          = { group_id = "11111111-2222-3333-4444-555555555555" }
  }

  assert {
    condition     = length(aws_identitystore_user.this) + length(aws_identitystore_group.this) + length(aws_identitystore_group_membership.this) == 0
    error_message = "People, groups or memberships that are another system's would be managed."
  }

  assert {
    condition     = { for key, it in aws_ssoadmin_account_assignment.this : it.principal_id => key... } == { "11111111-2222-3333-4444-555555555555" = keys(aws_ssoadmin_account_assignment.this) }
    error_message = "Access is not given to the group that was looked up."
  }

  assert {
    condition     = length(aws_ssoadmin_account_assignment.this) == 4
    error_message = "Access is lost."
  }
}
