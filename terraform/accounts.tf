resource "aws_organizations_account" "this" {
  for_each  = var.accounts
  name      = coalesce(each.value.name, each.key)
  email     = each.value.email
  parent_id = each.value.ou == "root" ? local.root_id : local.ous[each.value.ou].id
  tags      = each.value.tags
  # An account that leaves the data must never be closed by that: closing cannot be undone after 90 days.
  close_on_deletion = false
  lifecycle {
    prevent_destroy = true
    # AWS does not tell either of them after the creation; without this an adopted account would be replaced.
    ignore_changes = [role_name, iam_user_access_to_billing]
  }
}

locals {
  # By "account/type". An account's own contact replaces the one for all.
  contacts = merge([for account in concat(["management"], keys(var.accounts)) : {
    for type, contact in merge(var.contacts, try(var.accounts[account].contacts, {})) :
    "${account}/${type}" => merge(contact, { account = account, type = upper(type) })
  }]...)
}

resource "aws_account_alternate_contact" "this" {
  for_each               = local.contacts
  account_id             = try(aws_organizations_account.this[each.value.account].id, null)
  alternate_contact_type = each.value.type
  name                   = each.value.name
  title                  = each.value.title
  email_address          = each.value.email
  phone_number           = each.value.phone
  depends_on             = [aws_organizations_organization.this]
}
