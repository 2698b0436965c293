resource "aws_organizations_account" "this" {
  for_each  = var.accounts
  name      = each.key
  email     = each.value.email
  parent_id = aws_organizations_organizational_unit.this[each.value.ou].id

  # An account that leaves the data must never be closed by that: closing cannot be undone after 90 days.
  close_on_deletion = false
  lifecycle {
    prevent_destroy = true
    # AWS does not tell either of them after the creation; without this an adopted account would be replaced.
    ignore_changes = [role_name, iam_user_access_to_billing]
  }
}

resource "aws_account_alternate_contact" "security" {
  for_each               = toset(concat(["management"], keys(var.accounts)))
  account_id             = each.key == "management" ? null : aws_organizations_account.this[each.key].id
  alternate_contact_type = "SECURITY"
  name                   = var.security_contact.name
  title                  = var.security_contact.title
  email_address          = var.security_contact.email
  phone_number           = var.security_contact.phone
  depends_on             = [aws_organizations_organization.this]
}
