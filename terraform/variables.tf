variable "region" {
  description = "Home region of the Identity Center and of the state bucket."
  type        = string
}

variable "runs_as" {
  description = "plan reads the dedicated account with a role that may only read; apply with the one that AWS created."
  type        = string
  default     = "apply"
}

variable "management" {
  description = "The management account: it exists before anything else."
  type        = object({ account_id = string, email = string })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management.account_id))
    error_message = "management.account_id takes the 12 digits of an account."
  }
}

variable "organization" {
  description = "AWS services that may act in every account, and the types of policies that can be attached."
  type        = object({ trusted_services = set(string), policy_types = set(string) })

  # Contacts, root's credentials and the Identity Center need them.
  validation {
    condition = alltrue([
      for name in ["account", "iam", "sso"] : contains(var.organization.trusted_services, "${name}.amazonaws.com")
    ])
    error_message = "organization.trusted_services lacks account, iam or sso.amazonaws.com, which are needed; add it."
  }
}

variable "ous" {
  description = "OUs by path: workloads/prod is below workloads, three levels at most. A name is what AWS calls it."
  type        = map(object({ name = optional(string) }))

  validation {
    condition = alltrue([for path in keys(var.ous) : can(regex("^[^/:]+(/[^/:]+){0,2}$", path)) && path != "root"])
    error_message = join(" ", [for path in keys(var.ous) :
      "OU ${path}: a path has one to three names between slashes, without colons, and is not root; write it so."
      if !can(regex("^[^/:]+(/[^/:]+){0,2}$", path)) || path == "root"
    ])
  }

  validation {
    condition = alltrue([for path in keys(var.ous) : contains(concat(["."], keys(var.ous)), dirname(path))])
    error_message = join(" ", [for path in keys(var.ous) :
      "OU ${path}: there is no OU ${dirname(path)}; add it." if !contains(concat(["."], keys(var.ous)), dirname(path))
    ])
  }

  validation {
    condition = length(var.ous) == length(distinct([
      for path, it in var.ous : lower("${dirname(path)}/${coalesce(it.name, basename(path))}")
    ]))
    error_message = join(" ", [for paths in {
      for path, it in var.ous : lower("${dirname(path)}/${coalesce(it.name, basename(path))}") => path...
    } : "OUs ${join(" and ", paths)} have one name; give each its own." if length(paths) > 1])
  }
}

variable "accounts" {
  description = "Member accounts; ou is a path of ous, or root. To retire one, set its ou to suspended."
  type = map(object({
    email    = string
    ou       = string
    name     = optional(string)
    tags     = optional(map(string), {})
    contacts = optional(map(object({ name = string, title = string, email = string, phone = string })), {})
  }))

  validation {
    condition = (length(regexall("[/:]", join("", keys(var.accounts)))) == 0
    && length(setintersection(keys(var.accounts), ["management", "root", "*"])) == 0)
    error_message = join(" ", [for key in keys(var.accounts) :
      "account ${key}: a key has no / or :, and is not management, root or *; write another, and this one as its name."
      if can(regex("[/:]", key)) || contains(["management", "root", "*"], key)
    ])
  }

  # AWS compares addresses without case.
  validation {
    condition = length(var.accounts) + 1 == length(distinct(concat(
      [lower(var.management.email)], [for it in var.accounts : lower(it.email)]
    )))
    error_message = join(" ", [for email, keys in {
      for key, it in merge({ management = var.management }, var.accounts) : lower(it.email) => key...
    } : "accounts ${join(" and ", keys)} share the e-mail address ${email}; give each its own." if length(keys) > 1])
  }

  validation {
    condition = alltrue([for it in values(var.accounts) : length(it.email) <= 64])
    error_message = join(" ", [for key, it in var.accounts :
      "account ${key}: its e-mail address has ${length(it.email)} characters, AWS takes 64; shorten it."
      if length(it.email) > 64
    ])
  }

  validation {
    condition = alltrue([for key, it in var.accounts : length(coalesce(it.name, key)) <= 50])
    error_message = join(" ", [for key, it in var.accounts :
      "account ${key}: its name has ${length(coalesce(it.name, key))} characters, AWS takes 50; shorten it."
      if length(coalesce(it.name, key)) > 50
    ])
  }

  validation {
    condition = alltrue(flatten([for it in values(var.accounts) : [
      for type in keys(it.contacts) : contains(["security", "billing", "operations"], type)
    ]]))
    error_message = "contacts of an account are security, billing and operations; correct the others."
  }
}

variable "contacts" {
  description = "Whom AWS tells about security, billing or operations, for each account that has none of its own."
  type        = map(object({ name = string, title = string, email = string, phone = string }))

  validation {
    condition     = length(setsubtract(keys(var.contacts), ["security", "billing", "operations"])) == 0
    error_message = "contacts are security, billing and operations; correct ${join(", ", keys(var.contacts))}."
  }
}

variable "identity_source" {
  description = "external: groups come from elsewhere (SCIM) and are looked up; people and memberships are not managed."
  type        = string
  default     = "identity-center"

  validation {
    condition     = contains(["identity-center", "external"], var.identity_source)
    error_message = "identity_source is ${var.identity_source}; write identity-center or external."
  }
}

variable "people" {
  description = "Engineers; a name is AWS's user name."
  type = map(object({
    given_name   = string
    family_name  = string
    email        = string
    name         = optional(string)
    display_name = optional(string)
  }))

  validation {
    condition = length(regexall("[/:]", join("", keys(var.people)))) == 0
    error_message = join(" ", [for key in keys(var.people) :
      "person ${key}: a key has no / or :; write another, and this one as its name." if can(regex("[/:]", key))
    ])
  }

  # AWS compares both without case.
  validation {
    condition = length(var.people) == length(distinct([for it in values(var.people) : lower(it.email)]))
    error_message = join(" ", [for email, keys in { for key, it in var.people : lower(it.email) => key... } :
      "people ${join(" and ", keys)} share the e-mail address ${email}; give each its own." if length(keys) > 1
    ])
  }

  validation {
    condition = length(var.people) == length(distinct([for key, it in var.people : lower(coalesce(it.name, key))]))
    error_message = join(" ", [for name, keys in {
      for key, it in var.people : lower(coalesce(it.name, key)) => key...
    } : "people ${join(" and ", keys)} share the user name ${name}; give each its own." if length(keys) > 1])
  }
}

locals {
  set_name    = "^[A-Za-z0-9_+=,.@-]{1,32}$"
  region_name = "^(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|(north|south)?(east|west))-[1-9]$"
  # 1 to 12 hours: hours with minutes, minutes, or seconds.
  hours = "^PT(${join("|", [
    "([1-9]|1[01])H([1-5]?[0-9]M)?", "12H", "(6[0-9]|[7-9][0-9]|[1-6][0-9]{2}|7[01][0-9]|720)M",
    "((3[6-9]|[4-9][0-9]|[1-3][0-9]{2}|4[0-2][0-9]|43[01])[0-9]{2}|43200)S",
  ])})$"
}

variable "permission_sets" {
  description = "What a group may do in an account, and how long a session lasts (ISO 8601, 1 to 12 hours)."
  type = map(object({
    description               = string
    managed_policies          = list(string)
    inline_policy             = optional(string)
    customer_managed_policies = optional(list(object({ name = string, path = optional(string, "/") })), [])
    boundary = optional(object({
      managed_policy          = optional(string)
      customer_managed_policy = optional(object({ name = string, path = optional(string, "/") }))
    }))
    session_duration = optional(string, "PT1H")
    relay_state      = optional(string)
    name             = optional(string)
  }))

  validation {
    condition = length(regexall("[/:]", join("", keys(var.permission_sets)))) == 0
    error_message = join(" ", [for key in keys(var.permission_sets) :
      "permission set ${key}: a key has no / or :; write another, and this one as its name." if can(regex("[/:]", key))
    ])
  }

  validation {
    condition = alltrue([for key, it in var.permission_sets : can(regex(local.set_name, coalesce(it.name, key)))])
    error_message = join(" ", [for key, it in var.permission_sets :
      "permission set ${key}: AWS takes 32 letters, digits and _+=,.@- in a name; correct ${coalesce(it.name, key)}."
      if !can(regex(local.set_name, coalesce(it.name, key)))
    ])
  }

  validation {
    condition = length(var.permission_sets) == length(distinct([
      for key, it in var.permission_sets : lower(coalesce(it.name, key))
    ]))
    error_message = join(" ", [for name, keys in {
      for key, it in var.permission_sets : lower(coalesce(it.name, key)) => key...
    } : "permission sets ${join(" and ", keys)} share the name ${name}; give each its own." if length(keys) > 1])
  }

  validation {
    condition = alltrue([for it in values(var.permission_sets) : can(regex(local.hours, it.session_duration))])
    error_message = join(" ", [for key, it in var.permission_sets :
      "permission set ${key}: session_duration ${it.session_duration} is not PT1H to PT12H (ISO 8601); correct it."
      if !can(regex(local.hours, it.session_duration))
    ])
  }

  validation {
    condition = alltrue([for name in flatten([for it in values(var.permission_sets) : concat(
      it.managed_policies, compact([try(it.boundary.managed_policy, null)])
    )]) : can(regex("^([A-Za-z0-9_-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", name))])
    error_message = join(" ", flatten([for key, it in var.permission_sets : [
      for name in concat(it.managed_policies, compact([try(it.boundary.managed_policy, null)])) :
      "permission set ${key}: ${name} is no managed policy's name; write what follows :policy/: ${basename(name)}."
      if !can(regex("^([A-Za-z0-9_-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$", name))
    ]]))
  }

  validation {
    condition = alltrue([for it in flatten([for set in values(var.permission_sets) : concat(
      set.customer_managed_policies, try(set.boundary.customer_managed_policy[*], [])
    )]) : can(regex("^[A-Za-z0-9_+=,.@-]{1,128}$", it.name)) && can(regex("^/([!-~]*/)?$", it.path))])
    error_message = join(" ", flatten([for key, set in var.permission_sets : [
      for it in concat(set.customer_managed_policies, try(set.boundary.customer_managed_policy[*], [])) :
      "permission set ${key}: a customer-managed policy has a name, and a path such as /team/; correct ${it.name}."
      if !can(regex("^[A-Za-z0-9_+=,.@-]{1,128}$", it.name)) || !can(regex("^/([!-~]*/)?$", it.path))
    ]]))
  }

  validation {
    condition = alltrue([for it in [for set in values(var.permission_sets) : set.boundary if set.boundary != null] :
    (it.managed_policy == null) != (it.customer_managed_policy == null)])
    error_message = "A boundary is either a managed_policy or a customer_managed_policy; write one of them."
  }
}

# AWS refuses a policy that does not exist in the middle of an apply; read here, its name is told by the plan.
data "aws_iam_policy" "managed" {
  for_each = toset(flatten([for it in values(var.permission_sets) : concat(
    it.managed_policies, compact([try(it.boundary.managed_policy, null)])
  )]))
  arn = "arn:aws:iam::aws:policy/${each.value}"
}

variable "groups" {
  description = "Groups, and what they may do where; accounts are keys, management, ou:<path>, * (all but management)."
  type = map(object({
    description = string
    members     = list(string)
    access      = list(object({ permission_sets = list(string), accounts = list(string) }))
    name        = optional(string)
  }))

  validation {
    condition = length(regexall("[/:]", join("", keys(var.groups)))) == 0
    error_message = join(" ", [for key in keys(var.groups) :
      "group ${key}: a key has no / or :; write another, and this one as its name." if can(regex("[/:]", key))
    ])
  }

  validation {
    condition = length(var.groups) == length(distinct([for key, it in var.groups : lower(coalesce(it.name, key))]))
    error_message = join(" ", [for name, keys in {
      for key, it in var.groups : lower(coalesce(it.name, key)) => key...
    } : "groups ${join(" and ", keys)} share the name ${name}; give each its own." if length(keys) > 1])
  }
}

variable "policies" {
  description = <<-EOT
    Policies of the organization: a file in policies/, and targets: root, ou:<path>, account keys. `regions` take the
    place of REGIONS in a document that limits them.
  EOT
  type = map(object({
    description = string
    file        = string
    targets     = list(string)
    type        = optional(string, "SERVICE_CONTROL_POLICY")
    regions     = optional(list(string), [])
    name        = optional(string)
  }))

  validation {
    condition = length(regexall("[/:]", join("", keys(var.policies)))) == 0
    error_message = join(" ", [for key in keys(var.policies) :
      "policy ${key}: a key has no / or :; write another, and this one as its name." if can(regex("[/:]", key))
    ])
  }

  validation {
    condition = length(var.policies) == length(distinct([
      for key, it in var.policies : "${it.type} ${coalesce(it.name, key)}"
    ]))
    error_message = join(" ", [for name, keys in {
      for key, it in var.policies : "${it.type} ${coalesce(it.name, key)}" => key...
    } : "policies ${join(" and ", keys)} share the name ${name}; give each its own." if length(keys) > 1])
  }

  validation {
    condition = alltrue([for it in values(var.policies) : contains(var.organization.policy_types, it.type)])
    error_message = join(" ", [for key, it in var.policies :
      "policy ${key}: organization.policy_types lacks its type ${it.type}; add it there."
      if !contains(var.organization.policy_types, it.type)
    ])
  }

  validation {
    condition = alltrue([
      for name, lists in { for it in values(var.policies) : trimsuffix(it.file, ".json") => it.regions... } :
      toset([strcontains(try(file("${path.module}/policies/${name}.json"), ""), "REGIONS")])
      == toset([for regions in lists : length(regions) > 0])
    ])
    error_message = "regions of a policy go with a file that has REGIONS, such as limit-regions.json, and only so."
  }

  # A region that is none would close the one that is meant.
  validation {
    condition = alltrue([for name in flatten(values(var.policies)[*].regions) : can(regex(local.region_name, name))])
    error_message = join(" ", [for key, it in var.policies :
      "policy ${key}: regions has ${join(", ", it.regions)}, and not all of them are regions; correct them."
      if !alltrue([for name in it.regions : can(regex(local.region_name, name))])
    ])
  }
}

variable "guard_rails" {
  description = <<-EOT
    What watches, each by a switch of its own; policies that guard stand in `policies`.
    trail: of the organization. One copy of management events is free, another costs, so leave it off where there is a
    trail already (https://aws.amazon.com/cloudtrail/pricing/). trail_bucket: its name, or genesis-trail-<account id>.
    email: who gets mails, if not the security contact.
    alarm: free, and deaf without a trail. other_trail: there is one that is not ours.
    budget: USD a month; free without actions (https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/).
    cost_anomaly: off. An account has one monitor of its services, which AWS has mostly made: `monitor` is its ARN.
    Each look at it is a request that costs (https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/).
    access_analyzer: of access from outside; free (https://aws.amazon.com/iam/access-analyzer/pricing/).
  EOT
  type = object({
    trail           = optional(bool, false)
    trail_bucket    = optional(string)
    email           = optional(string)
    alarm           = optional(bool, false)
    other_trail     = optional(bool, false)
    budget          = optional(number)
    cost_anomaly    = optional(object({ above_usd = number, monitor = optional(string) }))
    access_analyzer = optional(bool, false)
  })
  default = {}

  validation {
    condition     = !var.guard_rails.trail || contains(var.organization.trusted_services, "cloudtrail.amazonaws.com")
    error_message = "guard_rails.trail: trusted_services lacks cloudtrail.amazonaws.com; add it there."
  }

  validation {
    condition = (!var.guard_rails.access_analyzer
    || contains(var.organization.trusted_services, "access-analyzer.amazonaws.com"))
    error_message = "guard_rails.access_analyzer: trusted_services lacks access-analyzer.amazonaws.com; add it there."
  }

  validation {
    condition     = !var.guard_rails.alarm || var.guard_rails.trail || var.guard_rails.other_trail
    error_message = "guard_rails.alarm hears nothing without a trail; switch trail on, or write other_trail = true."
  }

  validation {
    condition = (can(regex("^[^@ ]+@[^@ ]+[.][^@ ]+$", try(
      coalesce(var.guard_rails.email, var.contacts["security"].email), ""
    ))) || (!var.guard_rails.alarm && var.guard_rails.budget == null && var.guard_rails.cost_anomaly == null))
    error_message = "guard_rails: mails need an address; write a security contact, or email = \"name@company.com\"."
  }

  validation {
    condition     = var.guard_rails.trail_bucket != var.state_bucket.name
    error_message = "guard_rails.trail_bucket is the bucket of the state; the trail has one of its own."
  }
}

variable "github" {
  description = "The repository whose workflows may deploy, by name and id, and who may start an apply: login = id."
  type = object({
    owner         = string
    owner_id      = string
    repository    = string
    repository_id = string
    approvers     = map(string)
    two_persons   = optional(bool, false)
    audiences     = optional(list(string), ["sts.amazonaws.com"])
  })

  validation {
    condition = alltrue([
      for text in [var.github.owner, var.github.owner_id, var.github.repository, var.github.repository_id] :
      can(regex("^[A-Za-z0-9._-]+$", text))
    ])
    error_message = "github takes plain names and ids: a wildcard or a slash would let another repository deploy."
  }

  validation {
    condition = length(var.github.approvers) > 0 && alltrue([
      for id in values(var.github.approvers) : can(regex("^[1-9][0-9]*$", id))
    ])
    error_message = "github.approvers names nobody, or an id that is none; gh api users/LOGIN --jq .id tells the id."
  }

  validation {
    condition     = !var.github.two_persons || length(distinct(values(var.github.approvers))) > 1
    error_message = "github.two_persons needs two approvers: who wrote a change may not approve it."
  }

  validation {
    condition     = contains(var.github.audiences, "sts.amazonaws.com")
    error_message = "github.audiences lacks sts.amazonaws.com, which the workflows ask for; add it there."
  }
}

variable "public_ecr" {
  description = "The dedicated account of public images, and its repositories: one for each image of the catalogue."
  type        = object({ account = string, account_id = string, repositories = set(string) })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.public_ecr.account_id))
    error_message = "public_ecr.account_id takes 12 digits: else its repositories could land in another account."
  }

  validation {
    condition     = var.public_ecr.account_id != var.management.account_id
    error_message = "public_ecr.account_id is the management account; public images have an account of their own."
  }
}

variable "state_bucket" {
  description = "The bucket of the state; statements: a file in policies/ with a list of statements that are not ours."
  type        = object({ name = string, statements = optional(string) })
}

# Read by tf-drift alone.
# tflint-ignore: terraform_unused_declarations
variable "exceptions" {
  description = "What tf-drift finds and is meant to stay, by its words: reason, and for access expires, the last day."
  type        = map(object({ reason = string, expires = optional(string) }))
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for it in var.exceptions :
    can(formatdate("YYYY", "${coalesce(it.expires, "2026-12-31")}T00:00:00Z"))])
    error_message = "exceptions: expires takes a date such as 2026-12-31."
  }
}

variable "scp_limits" {
  description = "AWS Organizations quotas: 10,240 characters and 10 policies a node since May 2026, 5,120 and 5 before."
  type        = object({ characters = number, per_node = number })
  default     = { characters = 10240, per_node = 10 }
}
