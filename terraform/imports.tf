# Adopts what exists: put ids into adopt, apply, then take them out again.
import {
  for_each = lookup(var.adopt, "organization", {})
  to       = aws_organizations_organization.this
  id       = each.value
}

import {
  for_each = lookup(var.adopt, "ous", {})
  to       = aws_organizations_organizational_unit.this[each.key]
  id       = each.value
}

import {
  for_each = lookup(var.adopt, "accounts", {})
  to       = aws_organizations_account.this[each.key]
  id       = each.value
}
