locals {
  # Every document that the data names, without white space, which counts too; empty where it is missing, or no JSON.
  documents = { for name in toset([for file in compact(concat(
    [for policy in var.policies : policy.file],
    [for set in var.permission_sets : set.inline_policy],
    [var.state_bucket.statements],
    )) : trimsuffix(file, ".json")]) :
    "${name}.json" => try(jsonencode(jsondecode(file("${path.module}/policies/${name}.json"))), "")
  }
  # By "policy/target".
  policy_targets = merge([for policy, settings in var.policies : {
    for target in settings.targets : "${policy}/${target}" => { policy = policy, target = target }
  }]...)
  target_ids = merge({ root = local.root_id }, { for path, ou in local.ous : "ou:${path}" => ou.id }, local.member_ids)
}

resource "aws_organizations_policy" "this" {
  for_each    = var.policies
  name        = coalesce(each.value.name, each.key)
  description = one(compact([each.value.description]))
  type        = each.value.type
  content     = replace(local.documents[each.value.file], "[\"REGIONS\"]", jsonencode(each.value.regions))
  depends_on  = [aws_organizations_organization.this]
  lifecycle { ignore_changes = [tags, tags_all] }
}

resource "aws_organizations_policy_attachment" "this" {
  for_each  = local.policy_targets
  policy_id = aws_organizations_policy.this[each.value.policy].id
  target_id = local.target_ids[each.value.target]
}
