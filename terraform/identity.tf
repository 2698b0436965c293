# The Identity Center is switched on by hand, once: AWS has no API for it.
data "aws_ssoadmin_instances" "this" {
  lifecycle {
    postcondition {
      condition     = length(self.arns) == 1
      error_message = "${var.region} has ${length(self.arns)} Identity Center instances, and one is expected. Switch it on in its console, or correct region."
    }
  }
}

locals {
  instance_arn      = data.aws_ssoadmin_instances.this.arns[0]
  identity_store_id = data.aws_ssoadmin_instances.this.identity_store_ids[0]
  memberships = merge([for group, settings in var.groups : {
    for name in settings.members : "${group}/${name}" => { group = group, person = name } if contains(keys(var.people), name)
  }]...)
  # Every group has its permission sets in every account but suspended ones: moving an account there retires its access.
  open_accounts = concat(["management"], [for name, account in var.accounts : name if account.ou != "suspended"])
  assignments = merge(flatten([for account in local.open_accounts : [for group, settings in var.groups : {
    for set in settings.permission_sets : "${account}/${group}/${set}" => { account = account, group = group, set = set } if contains(keys(var.permission_sets), set)
  }]])...)
}

resource "aws_identitystore_user" "this" {
  for_each          = var.people
  identity_store_id = local.identity_store_id
  user_name         = each.key
  display_name      = "${each.value.given_name} ${each.value.family_name}"

  name {
    given_name  = each.value.given_name
    family_name = each.value.family_name
  }
  emails {
    value   = each.value.email
    primary = true
  }
}

resource "aws_identitystore_group" "this" {
  for_each          = var.groups
  identity_store_id = local.identity_store_id
  display_name      = each.key
  description       = each.value.description
}

resource "aws_identitystore_group_membership" "this" {
  for_each          = local.memberships
  identity_store_id = local.identity_store_id
  group_id          = aws_identitystore_group.this[each.value.group].group_id
  member_id         = aws_identitystore_user.this[each.value.person].user_id
}

resource "aws_ssoadmin_permission_set" "this" {
  for_each         = var.permission_sets
  instance_arn     = local.instance_arn
  name             = each.key
  description      = each.value.description
  session_duration = "PT${each.value.hours}H"
}

resource "aws_ssoadmin_managed_policy_attachment" "this" {
  for_each           = var.permission_sets
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.key].arn
  managed_policy_arn = "arn:aws:iam::aws:policy/${each.value.managed_policy}"
}

resource "aws_ssoadmin_account_assignment" "this" {
  for_each           = local.assignments
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.value.set].arn
  principal_id       = aws_identitystore_group.this[each.value.group].group_id
  principal_type     = "GROUP"
  target_id          = each.value.account == "management" ? var.management.account_id : aws_organizations_account.this[each.value.account].id
  target_type        = "AWS_ACCOUNT"

  # An assignment provisions its permission set: the policy must be there by then.
  depends_on = [aws_ssoadmin_managed_policy_attachment.this]
}
