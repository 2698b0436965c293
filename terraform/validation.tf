# What does not fit together in the data, as sentences that name the culprits and the fix; none may be left for a plan.
# What can be said of one variable stands with it, in variables.tf.
locals {
  targets = concat(["root"], [for path in keys(var.ous) : "ou:${path}"], keys(var.accounts))
  references = flatten([
    [for key, it in var.accounts :
    { who = "account ${key}", what = "OU", name = it.ou, known = concat(["root"], keys(var.ous)) }],
    [for key, it in var.groups : [
      [for name in it.members : { who = "group ${key}", what = "person", name = name, known = keys(var.people) }],
      [for name in flatten(it.access[*].permission_sets) :
      { who = "group ${key}", what = "permission set", name = name, known = keys(var.permission_sets) }],
      [for name in flatten(it.access[*].accounts) :
      { who = "group ${key}", what = "account", name = name, known = keys(local.reach) }],
    ]],
    [for key, it in var.policies : [for name in it.targets :
    { who = "policy ${key}", what = "target", name = name, known = local.targets }]],
    { who = "public_ecr", what = "account", name = var.public_ecr.account, known = keys(var.accounts) },
  ])
  # A known name with the same start; else some of them.
  unknown = [for it in local.references : "${it.who}: there is no ${it.what} ${it.name}; ${concat(
    [for known in it.known : "did you mean ${known}?" if substr(known, 0, 6) == substr(it.name, 0, 6)],
    [for known in it.known : "did you mean ${known}?" if substr(known, 0, 3) == substr(it.name, 0, 3)],
    ["known are ${join(", ", slice(it.known, 0, min(length(it.known), 20)))}."],
  )[0]}" if !contains(it.known, it.name)]
  attached = { for it in local.policy_targets : "${it.target}\n${var.policies[it.policy].type}" => it.policy... }
  # AWS attaches FullAWSAccess, a service control policy, to every node by itself.
  nodes = { for node, keys in local.attached :
  split("\n", node)[0] => concat(endswith(node, "\nSERVICE_CONTROL_POLICY") ? ["FullAWSAccess"] : [], keys)... }
  problems = concat(
    local.unknown,
    [for file, text in local.documents : "policies/${file} is missing or no JSON; correct that." if text == ""],
    [for file, text in { for it in var.policies : it.file => local.documents[it.file]... } :
      "policies/${file} has ${length(text[0])} characters, AWS takes ${var.scp_limits.characters}; split it."
    if length(text[0]) > var.scp_limits.characters],
    flatten([for target, lists in local.nodes : [for keys in lists :
      "${target} has ${length(keys)} policies, AWS takes ${var.scp_limits.per_node}; join some of ${join(", ", keys)}."
    if length(keys) > var.scp_limits.per_node]]),
  )
}
