# Invented, so that it is the same in every company's copy. Every test starts from it: Terraform reads it after the data of the root.
region       = "us-east-1"
management   = { account_id = "000000000000", email = "aws@example.com" }
state_bucket = { name = "state" }
public_ecr   = { account = "public-ecr", account_id = "000000000001", repositories = ["base"] }
github       = { owner = "acme", owner_id = "11", repository = "platform", repository_id = "22", approvers = { ada = "33", bo = "44" } }
organization = {
  trusted_services = ["account.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com"]
  policy_types     = ["SERVICE_CONTROL_POLICY"]
}
ous      = { infrastructure = {}, sandbox = {}, suspended = {}, workloads = {} }
accounts = { public-ecr = { email = "aws+public-ecr@example.com", ou = "infrastructure" } }
contacts = { security = { name = "Security", title = "x", email = "security@example.com", phone = "+1 555 0100" } }
people   = { josalvatorre = { given_name = "Jo", family_name = "Salvatorre", email = "jo@example.com" } }
permission_sets = {
  administrator = { description = "x", managed_policies = ["AdministratorAccess"], session_duration = "PT4H" }
  read-only     = { description = "x", managed_policies = ["ReadOnlyAccess"], session_duration = "PT8H" }
}
groups = {
  engineers = { description = "x", members = ["josalvatorre"], access = [
    { permission_sets = ["administrator", "read-only"], accounts = ["management", "*"] }
  ] }
}
policies = {
  genesis-deny-leaving = {
    description = "x", file = "deny-leaving.json"
    targets     = ["ou:infrastructure", "ou:sandbox", "ou:suspended", "ou:workloads"]
  }
  genesis-deny-member-root = {
    description = "x", file = "deny-member-root.json"
    targets     = ["ou:infrastructure", "ou:sandbox", "ou:suspended", "ou:workloads"]
  }
  genesis-protect-platform = {
    description = "x", file = "protect-platform.json"
    targets     = ["ou:infrastructure", "ou:sandbox", "ou:suspended", "ou:workloads"]
  }
  genesis-limit-regions = {
    description = "x", file = "limit-regions.json", regions = ["eu-central-1", "us-east-1"]
    targets     = ["ou:infrastructure", "ou:workloads"]
  }
  genesis-deny-all = { description = "x", file = "deny-all.json", targets = ["ou:suspended"] }
}
guard_rails = {}
