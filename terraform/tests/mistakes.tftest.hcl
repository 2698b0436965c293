# Data that must be refused. Each run holds mistakes of one kind, and expects the checks that name them; what they say stands above it,
# and a test of the repository holds both together (dev/test/terraform/organization.test.ts).

mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"
}

mock_provider "aws" {
  alias           = "us_east_1"
  override_during = plan
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan
}

# says: account shop: there is no OU infrastrcuture; did you mean infrastructure?
# says: account lab: there is no OU workloads/prod; did you mean workloads?
# says: group engineers: there is no person josalvatore; did you mean josalvatorre?
# says: group engineers: there is no permission set admin; did you mean administrator?
# says: group engineers: there is no permission set zzz; known are administrator, read-only.
# says: group engineers: there is no account public; did you mean public-ecr?
# says: group engineers: there is no account ou:wrkloads; did you mean ou:infrastructure?
# says: policy own: there is no target ou:worklods; did you mean ou:workloads?
# says: policy own: there is no target management; known are root, ou:infrastructure, ou:sandbox,
# says: public_ecr: there is no account public; did you mean public-ecr?
run "names_that_are_not_there" {
  command = plan
  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      shop       = { email = "shop@example.com", ou = "infrastrcuture" }
      lab        = { email = "lab@example.com", ou = "workloads/prod" }
    }
    groups = {
      engineers = { description = "x", members = ["josalvatore"], access = [
        { permission_sets = ["admin", "zzz"], accounts = ["public", "ou:wrkloads"] }
      ] }
    }
    policies   = { own = { description = "x", file = "deny-all.json", targets = ["ou:worklods", "management"] } }
    public_ecr = { account = "public", account_id = "000000000001", repositories = [] }
  }
  expect_failures = [aws_organizations_organization.this]
}

# says: OU apps/prod: there is no OU apps; add it.
# says: OU a/b/c/d: a path has one to three names between slashes
# says: OU root: a path has one to three names between slashes, without colons, and is not root
# says: OU a:b: a path has one to three names between slashes
# says: OUs labs and sandbox have one name; give each its own.
run "ous_that_are_none" {
  command = plan
  variables {
    ous = {
      infrastructure = {}
      sandbox        = {}
      suspended      = {}
      workloads      = {}
      labs           = { name = "Sandbox" }
      root           = {}
      "a:b"          = {}
      a              = {}
      "a/b"          = {}
      "a/b/c"        = {}
      "a/b/c/d"      = {}
      "apps/prod"    = {}
    }
  }
  expect_failures = [var.ous]
}

# says: account dev/a: a key has no / or :, and is not management, root or *; write another, and this one as its name.
# says: account management: a key has no / or :, and is not management, root or *
# says: account root: a key has no / or :, and is not management, root or *
# says: account *: a key has no / or :, and is not management, root or *
# says: group a/b: a key has no / or :; write another, and this one as its name.
# says: person a:b: a key has no / or :; write another, and this one as its name.
# says: permission set a/b: a key has no / or :; write another, and this one as its name.
# says: policy ou:x: a key has no / or :; write another, and this one as its name.
run "keys_that_mean_something_else" {
  command = plan
  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      "dev/a"    = { email = "dev@example.com", ou = "workloads" }
      management = { email = "m@example.com", ou = "workloads" }
      root       = { email = "r@example.com", ou = "workloads" }
      "*"        = { email = "s@example.com", ou = "workloads" }
    }
    groups          = { "a/b" = { description = "x", members = [], access = [] } }
    people          = { "a:b" = { given_name = "A", family_name = "B", email = "a@example.com" } }
    permission_sets = { "a/b" = { description = "x", managed_policies = [] } }
    policies        = { "ou:x" = { description = "x", file = "deny-all.json", targets = [] } }
  }
  expect_failures = [var.accounts, var.groups, var.people, var.permission_sets, var.policies]
}

# says: accounts public-ecr and shop share the e-mail address aws+public-ecr@example.com; give each its own.
# says: accounts lab and management share the e-mail address aws@example.com; give each its own.
# says: people jo and josalvatorre share the e-mail address jo@example.com; give each its own.
# says: people jo and josalvatorre share the user name josalvatorre; give each its own.
# says: groups a and b share the name b; give each its own.
# says: permission sets look and read-only share the name read-only; give each its own.
# says: policies a and b share the name SERVICE_CONTROL_POLICY b; give each its own.
# says: policy c: organization.policy_types lacks its type TAG_POLICY; add it there.
run "what_aws_takes_once" {
  command = plan
  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      shop       = { email = "AWS+Public-ECR@example.com", ou = "workloads" }
      lab        = { email = "AWS@example.com", ou = "workloads" }
    }
    people = {
      josalvatorre = { given_name = "Jo", family_name = "S", email = "jo@example.com" }
      jo           = { given_name = "A", family_name = "B", email = "JO@example.com", name = "JoSalvatorre" }
    }
    groups = {
      a = { description = "x", members = [], access = [], name = "B" }
      b = { description = "x", members = [], access = [] }
    }
    permission_sets = {
      look      = { description = "x", managed_policies = [], name = "Read-Only" }
      read-only = { description = "x", managed_policies = [] }
    }
    policies = {
      a = { description = "x", file = "deny-all.json", targets = [], name = "b" }
      b = { description = "x", file = "deny-all.json", targets = [] }
      c = { description = "x", file = "deny-all.json", targets = [], type = "TAG_POLICY" }
    }
  }
  expect_failures = [var.accounts, var.people, var.groups, var.permission_sets, var.policies]
}

# says: permission set hour: session_duration PT13H is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set minute: session_duration PT12H1M is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set half: session_duration PT30M is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set minutes: session_duration PT721M is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set seconds: session_duration PT3599S is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set number: session_duration 8 is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set empty: session_duration PT is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set day: session_duration P1D is not PT1H to PT12H (ISO 8601); correct it.
# says: permission set arn: arn:aws:iam::aws:policy/job-function/Billing is no managed policy's name; write what follows :policy/: Billing.
# says: permission set arn: arn:aws:iam::aws:policy/Edge is no managed policy's name; write what follows :policy/: Edge.
# says: permission set blank: Read Only is no managed policy's name
# says: permission set own: a customer-managed policy has a name, and a path such as /team/; correct team/pay.
# says: permission set own: a customer-managed policy has a name, and a path such as /team/; correct edge.
# says: A boundary is either a managed_policy or a customer_managed_policy; write one of them.
# says: permission set xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: AWS takes 32 letters, digits and _+=,.@- in a name; correct
run "permission_sets_that_aws_refuses" {
  command = plan
  variables {
    permission_sets = {
      hour    = { description = "x", managed_policies = [], session_duration = "PT13H" }
      minute  = { description = "x", managed_policies = [], session_duration = "PT12H1M" }
      half    = { description = "x", managed_policies = [], session_duration = "PT30M" }
      minutes = { description = "x", managed_policies = [], session_duration = "PT721M" }
      seconds = { description = "x", managed_policies = [], session_duration = "PT3599S" }
      number  = { description = "x", managed_policies = [], session_duration = "8" }
      empty   = { description = "x", managed_policies = [], session_duration = "PT" }
      day     = { description = "x", managed_policies = [], session_duration = "P1D" }
      arn = {
        description      = "x"
        managed_policies = ["arn:aws:iam::aws:policy/job-function/Billing"]
        boundary         = { managed_policy = "arn:aws:iam::aws:policy/Edge" }
      }
      blank = { description = "x", managed_policies = ["Read Only"], boundary = {} }
      own = {
        description               = "x"
        managed_policies          = []
        customer_managed_policies = [{ name = "team/pay" }]
        boundary                  = { customer_managed_policy = { name = "edge", path = "team" } }
      }
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx = { description = "x", managed_policies = [] }
    }
  }
  expect_failures = [var.permission_sets]
}

# says: account long: its e-mail address has 65 characters, AWS takes 64; shorten it.
# says: account shop: its name has 51 characters, AWS takes 50; shorten it.
# says: contacts of an account are security, billing and operations; correct the others.
# says: contacts are security, billing and operations; correct legal.
# says: organization.trusted_services lacks account, iam or sso.amazonaws.com
run "other_entries_that_aws_refuses" {
  command = plan
  variables {
    accounts = {
      public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" }
      long       = { email = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@example.com", ou = "workloads" }
      shop = {
        email    = "s@example.com", ou = "workloads", name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        contacts = { legal = { name = "x", title = "x", email = "x@example.com", phone = "1" } }
      }
    }
    contacts = { legal = { name = "x", title = "x", email = "x@example.com", phone = "1" } }
    organization = {
      trusted_services = ["account.amazonaws.com", "iam.amazonaws.com"]
      policy_types     = ["SERVICE_CONTROL_POLICY"]
    }
  }
  expect_failures = [var.accounts, var.contacts, var.organization]
}

# says: guard_rails.trail: trusted_services lacks cloudtrail.amazonaws.com; add it there.
# says: guard_rails.access_analyzer: trusted_services lacks access-analyzer.amazonaws.com; add it there.
# says: guard_rails: mails need an address; write a security contact, or email = "name@company.com".
# says: guard_rails.trail_bucket is the bucket of the state; the trail has one of its own.
# says: policy limit: regions has eu-centrall-1, us-east-1, eu-central, and not all of them are regions; correct them.
run "guard_rails_that_would_not_hold" {
  command = plan
  variables {
    guard_rails = {
      trail = true, trail_bucket = "state", access_analyzer = true, budget = 1, email = "costs"
    }
    policies = {
      limit = { description = "x", file = "limit-regions.json", targets = [], regions = ["eu-centrall-1", "us-east-1", "eu-central"] }
    }
  }
  expect_failures = [var.guard_rails, var.policies]
}

# says: guard_rails.alarm hears nothing without a trail; switch trail on, or write other_trail = true.
# says: regions of a policy go with a file that has REGIONS, such as limit-regions.json, and only so.
run "an_alarm_that_is_deaf" {
  command = plan
  variables {
    policies    = { open = { description = "x", file = "limit-regions.json", targets = [] } }
    guard_rails = { alarm = true }
  }
  expect_failures = [var.guard_rails, var.policies]
}

# says: policies/own.json is missing or no JSON; correct that.
# says: policies/look.json is missing or no JSON; correct that.
# says: policies/statements.json is missing or no JSON; correct that.
run "files_that_are_not_there" {
  command = plan
  variables {
    policies = { own = { description = "x", file = "own.json", targets = [] } }
    permission_sets = {
      administrator = { description = "x", managed_policies = [] }
      read-only     = { description = "x", managed_policies = [], inline_policy = "look.json" }
    }
    state_bucket = { name = "state", statements = "statements.json" }
  }
  expect_failures = [aws_organizations_organization.this]
}

# says: policies/limit-regions.json has 656 characters, AWS takes 655; split it.
# says: ou:suspended has 5 policies, AWS takes 4; join some of FullAWSAccess, genesis-deny-all, genesis-deny-leaving,
run "policies_over_the_limits" {
  command = plan
  variables {
    scp_limits = { characters = 655, per_node = 4 }
  }
  expect_failures = [aws_organizations_organization.this]
}

# says: public_ecr.account_id is the management account; public images have an account of their own.
# says: github takes plain names and ids: a wildcard or a slash would let another repository deploy.
# says: github.approvers names nobody, or an id that is none; gh api users/LOGIN --jq .id tells the id.
# says: github.two_persons needs two approvers: who wrote a change may not approve it.
# says: github.audiences lacks sts.amazonaws.com, which the workflows ask for; add it there.
# says: identity_source is okta; write identity-center or external.
run "a_way_in_for_others" {
  command = plan
  variables {
    public_ecr      = { account = "public-ecr", account_id = "000000000000", repositories = [] }
    github          = { owner = "acme", owner_id = "11", repository = "*", repository_id = "22", approvers = { ada = "*" }, two_persons = true, audiences = [] }
    identity_source = "okta"
  }
  expect_failures = [var.public_ecr, var.github, var.identity_source]
}

# says: public_ecr.account_id takes 12 digits: else its repositories could land in another account.
run "an_account_id_that_is_none" {
  command = plan
  variables {
    public_ecr = { account = "public-ecr", account_id = "", repositories = [] }
  }
  expect_failures = [var.public_ecr]
}

# says: management.account_id takes the 12 digits of an account.
run "a_management_account_that_is_none" {
  command = plan
  variables {
    management = { account_id = "12", email = "aws@example.com" }
  }
  expect_failures = [var.management]
}

# says: us-east-1 has 2 Identity Centers; switch one on there, or correct region.
run "two_identity_centers" {
  command = plan
  override_data {
    target          = data.aws_ssoadmin_instances.this
    override_during = plan
    values          = { arns = ["a", "b"], identity_store_ids = ["d-1", "d-2"] }
  }
  expect_failures = [data.aws_ssoadmin_instances.this]
}

# What is just small enough: the longest policy has 656 characters, and the suspended OU four with FullAWSAccess on top.
run "everything_at_its_limit" {
  command = plan
  variables {
    scp_limits = { characters = 656, per_node = 5 }
    accounts = {
      public-ecr = { email = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@example.com", ou = "infrastructure", name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }
    }
    permission_sets = {
      administrator                      = { description = "x", managed_policies = [], session_duration = "PT12H" }
      read-only                          = { description = "x", managed_policies = [], session_duration = "PT11H59M" }
      minutes                            = { description = "x", managed_policies = [], session_duration = "PT720M" }
      seconds                            = { description = "x", managed_policies = [], session_duration = "PT43200S" }
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" = { description = "x", managed_policies = [], session_duration = "PT60M" }
    }
  }
}
