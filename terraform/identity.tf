# The Identity Center is switched on by hand, once: AWS has no API for it.
data "aws_ssoadmin_instances" "this" {
  lifecycle {
    postcondition {
      condition     = length(self.arns) == 1
      error_message = "${var.region} has ${length(self.arns)} Identity Centers; switch one on there, or correct region."
    }
  }
}

locals {
  instance_arn      = data.aws_ssoadmin_instances.this.arns[0]
  identity_store_id = data.aws_ssoadmin_instances.this.identity_store_ids[0]
  # Where people come from elsewhere (SCIM), groups are looked up, and nothing of theirs is managed.
  is_external = var.identity_source == "external"
  groups      = merge(aws_identitystore_group.this, data.aws_identitystore_group.this)
  # Moving an account to the OU suspended retires all access to it, whatever word an access names it by.
  open_accounts = [for key, account in var.accounts : key if split("/", account.ou)[0] != "suspended"]
  reach = merge(
    { "*" = local.open_accounts, management = ["management"] },
    { for key in keys(var.accounts) : key => [for it in local.open_accounts : it if it == key] },
    { for path in keys(var.ous) : "ou:${path}" => [
    for key in local.open_accounts : key if startswith("${var.accounts[key].ou}/", "${path}/")] },
  )
  # By "group/person", and "account/group/permission set". A local is computed once, a for_each once for each instance.
  memberships = merge([for group, settings in var.groups : {
    for person in settings.members : "${group}/${person}" => { group = group, person = person } if !local.is_external
  }]...)
  assignments = merge(flatten([for group, settings in var.groups : [for access in settings.access : [
    for it in setproduct(flatten([for to in access.accounts : lookup(local.reach, to, [])]), access.permission_sets) :
    { "${it[0]}/${group}/${it[1]}" = { account = it[0], group = group, set = it[1] } }
  ]]])...)
  member_ids  = { for key, account in aws_organizations_account.this : key => account.id }
  account_ids = merge(local.member_ids, { management = var.management.account_id })
}

resource "aws_identitystore_user" "this" {
  for_each          = local.is_external ? {} : var.people
  identity_store_id = local.identity_store_id
  user_name         = coalesce(each.value.name, each.key)
  display_name      = coalesce(each.value.display_name, "${each.value.given_name} ${each.value.family_name}")
  name {
    given_name  = each.value.given_name
    family_name = each.value.family_name
  }
  emails {
    value   = each.value.email
    primary = true
  }
  depends_on = [aws_organizations_organization.this]
  # What the data has no field for stays as people wrote it.
  lifecycle {
    ignore_changes = [addresses, emails[0].primary, emails[0].type, locale, name[0].formatted, name[0].middle_name,
      name[0].honorific_prefix, name[0].honorific_suffix, nickname, phone_numbers, preferred_language, profile_url,
    timezone, title, user_type]
  }
}

resource "aws_identitystore_group" "this" {
  for_each          = local.is_external ? {} : var.groups
  identity_store_id = local.identity_store_id
  display_name      = coalesce(each.value.name, each.key)
  description       = one(compact([each.value.description]))
  depends_on        = [aws_organizations_organization.this]
}

data "aws_identitystore_group" "this" {
  for_each          = local.is_external ? var.groups : {}
  identity_store_id = local.identity_store_id
  alternate_identifier {
    unique_attribute {
      attribute_path  = "DisplayName"
      attribute_value = coalesce(each.value.name, each.key)
    }
  }
}

resource "aws_identitystore_group_membership" "this" {
  for_each          = local.memberships
  identity_store_id = local.identity_store_id
  group_id          = aws_identitystore_group.this[each.value.group].group_id
  member_id         = aws_identitystore_user.this[each.value.person].user_id
}

resource "aws_ssoadmin_account_assignment" "this" {
  for_each           = local.assignments
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.value.set].arn
  principal_id       = local.groups[each.value.group].group_id
  principal_type     = "GROUP"
  target_id          = local.account_ids[each.value.account]
  target_type        = "AWS_ACCOUNT"
  # An assignment provisions its permission set: its policies must be there by then.
  depends_on = [
    aws_ssoadmin_managed_policy_attachment.this, aws_ssoadmin_customer_managed_policy_attachment.this,
    aws_ssoadmin_permission_set_inline_policy.this, aws_ssoadmin_permissions_boundary_attachment.this,
  ]
}
