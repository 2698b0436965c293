locals {
  # Where each policy of policies/ is attached: "root" or an OU. The management account is never under a policy.
  policies = {
    deny-leaving     = { description = "No account leaves the organization", target = "root" }
    deny-member-root = { description = "Nobody acts as root of a member account, but by a root session", target = "root" }
    protect-platform = { description = "Only the platform's own role changes its roles; nobody stops the trail", target = "root" }
    deny-all         = { description = "Suspended accounts do nothing", target = "suspended" }
  }
  # Without white space, which counts too.
  policy_texts       = { for name in keys(local.policies) : name => jsonencode(jsondecode(file("${path.module}/policies/${name}.json"))) }
  policies_by_target = { for name, policy in local.policies : policy.target => name... }
}

resource "aws_organizations_policy" "this" {
  for_each    = local.policies
  name        = each.key
  description = each.value.description
  type        = "SERVICE_CONTROL_POLICY"
  content     = local.policy_texts[each.key]
  depends_on  = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "this" {
  for_each  = local.policies
  policy_id = aws_organizations_policy.this[each.key].id
  target_id = each.value.target == "root" ? aws_organizations_organization.this.roots[0].id : aws_organizations_organizational_unit.this[each.value.target].id
}
