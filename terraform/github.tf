locals {
  github_host     = "token.actions.githubusercontent.com"
  github_policies = { apply = "AdministratorAccess" }
  # GitHub's two forms of a subject: by name, and by name and id for repositories made or renamed since mid-2026.
  github_names = [
    "repo:${var.github.owner}/${var.github.repository}",
    "repo:${var.github.owner}@${var.github.owner_id}/${var.github.repository}@${var.github.repository_id}",
  ]
  # AWS creates the first in every account it makes; the second is ours, and may only read.
  member_roles     = { apply = "OrganizationAccountAccessRole", plan = "genesis-plan" }
  github_workflows = "${var.github.owner}/${var.github.repository}/.github/workflows"
  # Who may take which role: exact values, never a wildcard. AWS itself refuses an apply that no approver started.
  github_roles = {
    plan = { account = var.management.account_id, subjects = ["pull_request", "ref:refs/heads/main"], claims = {} }
    apply = { account = var.management.account_id, subjects = ["ref:refs/heads/main"], claims = {
      ref = "refs/heads/main", job_workflow_ref = "${local.github_workflows}/apply.yml@refs/heads/main"
    actor_id = values(var.github.approvers) } }
    publish = { account = var.public_ecr.account_id, subjects = ["ref:refs/heads/main"], claims = {
    ref = "refs/heads/main", job_workflow_ref = "${local.github_workflows}/main.yml@refs/heads/main" } }
  }
  # The provider's ARN is spelled out: by reference, the roles here would wait for the dedicated account.
  github_trust = { for role, settings in local.github_roles : role => jsonencode({
    Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::${settings.account}:oidc-provider/${local.github_host}" }
      Condition = { StringEquals = { for claim, value in merge(settings.claims, {
        aud           = "sts.amazonaws.com"
        repository_id = var.github.repository_id
        sub           = [for it in setproduct(settings.subjects, local.github_names) : "${it[1]}:${it[0]}"]
      }) : "${local.github_host}:${claim}" => value } }
    }]
  }) }
}

# No thumbprints: IAM trusts GitHub's certificate by its own list of authorities.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.github_host}"
  client_id_list = var.github.audiences
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

resource "aws_iam_role" "github" {
  for_each           = toset(["apply", "plan"])
  name               = "genesis-${each.key}"
  assume_role_policy = local.github_trust[each.key]
  depends_on         = [aws_iam_openid_connect_provider.github]
  # A role that was there before keeps what says nothing of who may take it, or of what it may do.
  lifecycle { ignore_changes = [description, path, tags, tags_all, permissions_boundary, max_session_duration] }
}

resource "aws_iam_role_policy_attachment" "github" {
  for_each   = local.github_policies
  role       = aws_iam_role.github[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

# What a plan and tf-drift read, call by call, and no more: code of any branch has it.
resource "aws_iam_role_policy" "plan" {
  name = "read"
  role = aws_iam_role.github["plan"].name
  policy = jsonencode(jsondecode(templatefile("${path.module}/policies/roles/plan.json", {
    account = var.management.account_id, bucket = var.state_bucket.name, public_ecr = var.public_ecr.account_id
  trail_bucket = local.trail_bucket })))
}
