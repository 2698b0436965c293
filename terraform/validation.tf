# What is wrong with the data, as sentences that name the culprits and the fix. The organization is not planned while there is any;
# a validation of a variable could not say it, for it may not depend on locals that depend on that variable.
locals {
  ous    = ["infrastructure", "sandbox", "suspended", "workloads"]
  emails = merge({ management = var.management.email }, { for name, account in var.accounts : name => account.email })
  # AWS compares addresses without case.
  names_by_email = { for name, email in local.emails : lower(email) => name... }

  unknown_ous = [for name, account in var.accounts : { in = "account ${name}", kind = "OU", name = account.ou, known = local.ous } if !contains(local.ous, account.ou)]
  unknown_members = flatten([for group, settings in var.groups : [for name in settings.members :
    { in = "group ${group}", kind = "person", name = name, known = keys(var.people) } if !contains(keys(var.people), name)
  ]])
  unknown_sets = flatten([for group, settings in var.groups : [for name in settings.permission_sets :
    { in = "group ${group}", kind = "permission set", name = name, known = keys(var.permission_sets) } if !contains(keys(var.permission_sets), name)
  ]])
  # The first known name with the same start or the same letters; else all of them.
  unknown = { for kind, list in { ous = local.unknown_ous, members = local.unknown_members, sets = local.unknown_sets } : kind => [for each in list :
    "${each.in}: there is no ${each.kind} ${each.name}; ${join(", ", slice(concat([
      for known in each.known : "did you mean ${known}?"
      if substr(known, 0, 3) == substr(each.name, 0, 3) || sort(split("", known)) == sort(split("", each.name))
    ], ["known are ${join(", ", each.known)}."]), 0, 1))}"
  ] }

  problems = concat(
    local.unknown.ous,
    local.unknown.members,
    local.unknown.sets,
    [for email, names in local.names_by_email : "accounts ${join(" and ", names)} share the e-mail address ${email}; give each its own." if length(names) > 1],
    [for name, email in local.emails : "account ${name}: its e-mail address has ${length(email)} characters, AWS takes 64; shorten it." if length(email) > 64],
    contains(keys(var.accounts), "management") ? ["account management: assignments use this name for the management account; choose another."] : [],
    contains(keys(var.accounts), var.public_ecr.account) ? [] : ["public_ecr.account ${var.public_ecr.account} is not among accounts; add it there."],
    [for name, text in local.policy_texts : "policies/${name}.json has ${length(text)} characters, AWS takes ${var.scp_limits.characters}; split it." if length(text) > var.scp_limits.characters],
    # AWS attaches FullAWSAccess to every node by itself.
    [for target, names in local.policies_by_target : "${target} would have ${length(names) + 1} policies with FullAWSAccess, AWS takes ${var.scp_limits.per_node}; join some of ${join(", ", names)}." if length(names) + 1 > var.scp_limits.per_node],
    var.public_ecr.account_id != var.management.account_id ? [] : ["public_ecr.account_id is the management account; public images have an account of their own."],
  )
}
