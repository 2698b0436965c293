# The file that people edit. example.com and 000000000000 stand for what only you know. What a key is not in AWS, an optional
# `name` says: accounts, people, groups, permission sets, policies, OUs.

region = "us-east-1"

management = {
  account_id = "000000000000"
  email      = "aws@example.com"
}

# AWS services that may act in every account, and types of policies. What is not here is switched off; switching a type off
# detaches all policies of that type.
organization = {
  trusted_services = [
    "account.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "iam.amazonaws.com",
    "sso.amazonaws.com",
  ]
  policy_types = ["SERVICE_CONTROL_POLICY"]
}

# By path: "workloads/prod" is below workloads, three levels at most. Nobody has access to accounts in `suspended`.
ous = {
  infrastructure = {}
  sandbox        = {}
  suspended      = {}
  workloads      = {}
}

# Optional: name, tags, contacts. `ou` is a path, or "root".
accounts = {
  public-ecr = {
    email = "aws+public-ecr@example.com"
    ou    = "infrastructure"
  }
}

public_ecr = {
  account      = "public-ecr"
  account_id   = "000000000001"
  repositories = ["base", "terraform"]
}

# Optional: name (the user name), display_name.
people = {
  josalvatorre = {
    given_name  = "Jo"
    family_name = "Salvatorre"
    email       = "josalvatorre@example.com"
  }
}

# Managed policies by what follows arn:aws:iam::aws:policy/. Optional: inline_policy (a file in policies/),
# customer_managed_policies, boundary, relay_state, name.
permission_sets = {
  administrator = {
    description      = "Everything"
    managed_policies = ["AdministratorAccess"]
    session_duration = "PT4H"
  }
  read-only = {
    description      = "Look at everything, change nothing"
    managed_policies = ["ReadOnlyAccess"]
    session_duration = "PT8H"
  }
}

# Accounts are keys of accounts, "management", "ou:<path>" (in it or below), "*" (all but management).
groups = {
  engineers = {
    description = "Engineers of the platform"
    members     = ["josalvatorre"]
    access = [
      {
        permission_sets = ["administrator", "read-only"]
        accounts        = ["management", "*"]
      },
    ]
  }
}

# For every account; billing and operations are optional.
contacts = {
  security = {
    name  = "Security"
    title = "Security contact"
    email = "security@example.com"
    phone = "+1 555 0100"
  }
}

# Files of policies/. Targets are "ou:<path>", keys of accounts, "root". Accounts in other OUs than these are left alone.
policies = {
  genesis-deny-leaving = {
    description = "No account leaves the organization"
    file        = "deny-leaving.json"
    targets     = ["ou:infrastructure", "ou:sandbox", "ou:suspended", "ou:workloads"]
  }
  genesis-deny-member-root = {
    description = "Nobody acts as root of a member account, but by a root session"
    file        = "deny-member-root.json"
    targets     = ["ou:infrastructure", "ou:sandbox", "ou:suspended", "ou:workloads"]
  }
  genesis-protect-platform = {
    description = "Only the platform's own role changes its roles; nobody stops the trail"
    file        = "protect-platform.json"
    targets     = ["ou:infrastructure", "ou:sandbox", "ou:suspended", "ou:workloads"]
  }
  genesis-deny-all = {
    description = "Suspended accounts do nothing"
    file        = "deny-all.json"
    targets     = ["ou:suspended"]
  }
}

github = {
  owner         = "josalvatorre"
  owner_id      = "000000000000"
  repository    = "genesis"
  repository_id = "000000000000"
  # Who may start an apply, by login; adopt finds the id of one that has "". AWS refuses everybody else.
  approvers = {
    your-login = "000000000000"
  }
}

# It is there before anything else. Optional: statements, a file in policies/ with statements of its policy that are not ours.
state_bucket = {
  name = "genesis-state-000000000000"
}

# What tf-drift finds and is meant to stay, by the words of its report. Access needs a last day:
# "IAM user break-glass" = { reason = "when nobody can sign in", expires = "2027-06-30" }
exceptions = {}
