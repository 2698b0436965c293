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
}

variable "accounts" {
  description = "Member accounts by name. To retire one, set its ou to suspended."
  type        = map(object({ email = string, ou = string }))
}

variable "people" {
  description = "Engineers by user name."
  type        = map(object({ given_name = string, family_name = string, email = string }))
}

variable "permission_sets" {
  description = "What a group may do in an account: an AWS managed policy, and the hours that a session lasts (1 to 12)."
  type        = map(object({ description = string, managed_policy = string, hours = number }))
}

variable "groups" {
  description = "Groups by name: their members, and the permission sets they have in every account."
  type        = map(object({ description = string, members = list(string), permission_sets = list(string) }))
}

variable "security_contact" {
  description = "Whom AWS tells about security, for every account."
  type        = object({ name = string, title = string, email = string, phone = string })
}

variable "github" {
  description = "The repository whose workflows may deploy, by name and by the ids of newer OIDC subjects."
  type        = object({ owner = string, owner_id = string, repository = string, repository_id = string })

  validation {
    condition     = alltrue([for text in values(var.github) : can(regex("^[A-Za-z0-9._-]+$", text))])
    error_message = "github takes plain names and ids: a wildcard or a slash would let another repository deploy."
  }
}

variable "public_ecr" {
  description = "The dedicated account of public images, and its repositories: one for each image of the catalogue."
  type        = object({ account = string, account_id = string, repositories = set(string) })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.public_ecr.account_id))
    error_message = "public_ecr.account_id takes the 12 digits of an account: with anything else its repositories could land in another one."
  }
}

variable "state_bucket" {
  description = "Name of the bucket that holds the state."
  type        = string
}

variable "scp_limits" {
  description = "AWS Organizations quotas: 10,240 characters and 10 policies a node since May 2026, 5,120 and 5 before."
  type        = object({ characters = number, per_node = number })
  default     = { characters = 10240, per_node = 10 }
}

variable "adopt" {
  description = "Ids of what exists, to import instead of create: kind → name → id (the name of the organization is this)."
  type        = map(map(string))
  default     = {}
}
