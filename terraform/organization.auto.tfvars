# The file that people edit. example.com and 000000000000 stand for what only you know.

region = "us-east-1"

management = {
  account_id = "000000000000"
  email      = "aws@example.com"
}

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

people = {
  josalvatorre = {
    given_name  = "Jo"
    family_name = "Salvatorre"
    email       = "josalvatorre@example.com"
  }
}

permission_sets = {
  administrator = {
    description    = "Everything"
    managed_policy = "AdministratorAccess"
    hours          = 4
  }
  read-only = {
    description    = "Look at everything, change nothing"
    managed_policy = "ReadOnlyAccess"
    hours          = 8
  }
}

groups = {
  engineers = {
    description     = "Engineers of the platform"
    members         = ["josalvatorre"]
    permission_sets = ["administrator", "read-only"]
  }
}

security_contact = {
  name  = "Security"
  title = "Security contact"
  email = "security@example.com"
  phone = "+1 555 0100"
}

github = {
  owner         = "josalvatorre"
  owner_id      = "000000000000"
  repository    = "genesis"
  repository_id = "000000000000"
}

state_bucket = "genesis-state-000000000000"

# The bucket of the state is there before anything else: Terraform adopts it.
adopt = {
  state_bucket = { this = "genesis-state-000000000000" }
}
