resource "aws_organizations_organization" "this" {
  feature_set                   = "ALL"
  enabled_policy_types          = var.organization.policy_types
  aws_service_access_principals = var.organization.trusted_services
  lifecycle {
    prevent_destroy = true
    precondition {
      condition     = length(local.problems) == 0
      error_message = join("\n", local.problems)
    }
  }
}

locals {
  root_id = aws_organizations_organization.this.roots[0].id
  # AWS's names by path. Each level is a resource, for an instance may not refer to another of its own resource.
  ou_levels = [for level in [1, 2, 3] : {
    for path, ou in var.ous : path => coalesce(ou.name, basename(path)) if length(split("/", path)) == level
  }]
  ous = merge(aws_organizations_organizational_unit.this, aws_organizations_organizational_unit.second,
  aws_organizations_organizational_unit.third)
}

resource "aws_organizations_organizational_unit" "this" {
  for_each  = local.ou_levels[0]
  name      = each.value
  parent_id = local.root_id
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

resource "aws_organizations_organizational_unit" "second" {
  for_each  = local.ou_levels[1]
  name      = each.value
  parent_id = aws_organizations_organizational_unit.this[dirname(each.key)].id
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

resource "aws_organizations_organizational_unit" "third" {
  for_each  = local.ou_levels[2]
  name      = each.value
  parent_id = aws_organizations_organizational_unit.second[dirname(each.key)].id
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

# Member accounts have no root password; root acts by short sessions from the management account.
resource "aws_iam_organizations_features" "this" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.this]
}
