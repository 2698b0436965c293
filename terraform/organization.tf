resource "aws_organizations_organization" "this" {
  feature_set          = "ALL"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY"]
  # Without sso.amazonaws.com here the Identity Center cannot reach the accounts.
  aws_service_access_principals = ["account.amazonaws.com", "cloudtrail.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com"]
  lifecycle {
    prevent_destroy = true
    precondition {
      condition     = length(local.problems) == 0
      error_message = join("\n", local.problems)
    }
  }
}

resource "aws_organizations_organizational_unit" "this" {
  for_each  = toset(local.ous)
  name      = each.key
  parent_id = aws_organizations_organization.this.roots[0].id
  lifecycle {
    prevent_destroy = true
  }
}

# Member accounts have no root password; root acts by short sessions from the management account.
resource "aws_iam_organizations_features" "this" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.this]
}
