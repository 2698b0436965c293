# Adopts what exists: `dagger call adopt` writes the ids; once they are applied they can go again.
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
import {
  for_each = lookup(var.adopt, "state_bucket", {})
  to       = aws_s3_bucket.state
  id       = each.value
}
import {
  for_each = lookup(var.adopt, "repositories", {})
  provider = aws.public_ecr
  to       = aws_ecrpublic_repository.this[each.key]
  id       = each.value
}
import {
  for_each = lookup(var.adopt, "github", {})
  to       = aws_iam_openid_connect_provider.github
  id       = each.value
}
import {
  for_each = lookup(var.adopt, "public_ecr_github", {})
  provider = aws.public_ecr
  to       = aws_iam_openid_connect_provider.public_ecr_github
  id       = each.value
}
