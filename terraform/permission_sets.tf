resource "aws_ssoadmin_permission_set" "this" {
  for_each         = var.permission_sets
  instance_arn     = local.instance_arn
  name             = coalesce(each.value.name, each.key)
  description      = one(compact([each.value.description]))
  session_duration = each.value.session_duration
  relay_state      = each.value.relay_state
  depends_on       = [aws_organizations_organization.this]
  lifecycle { ignore_changes = [tags, tags_all] }
}

resource "aws_ssoadmin_managed_policy_attachment" "this" {
  for_each = merge([for set, settings in var.permission_sets : {
    for policy in settings.managed_policies : "${set}/${policy}" => { set = set, policy = policy }
  }]...)
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.value.set].arn
  managed_policy_arn = data.aws_iam_policy.managed[each.value.policy].arn
}

resource "aws_ssoadmin_customer_managed_policy_attachment" "this" {
  for_each = merge([for set, settings in var.permission_sets : {
    for policy in settings.customer_managed_policies : "${set}/${policy.name}" => merge(policy, { set = set })
  }]...)
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.value.set].arn
  customer_managed_policy_reference {
    name = each.value.name
    path = each.value.path
  }
}

resource "aws_ssoadmin_permission_set_inline_policy" "this" {
  for_each           = { for set, it in var.permission_sets : set => it.inline_policy if it.inline_policy != null }
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.key].arn
  inline_policy      = local.documents[each.value]
}

resource "aws_ssoadmin_permissions_boundary_attachment" "this" {
  for_each           = { for set, it in var.permission_sets : set => it.boundary if it.boundary != null }
  instance_arn       = local.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.this[each.key].arn
  permissions_boundary {
    managed_policy_arn = try("arn:aws:iam::aws:policy/${each.value.managed_policy}", null)
    dynamic "customer_managed_policy_reference" {
      for_each = each.value.customer_managed_policy[*]
      content {
        name = customer_managed_policy_reference.value.name
        path = customer_managed_policy_reference.value.path
      }
    }
  }
}
