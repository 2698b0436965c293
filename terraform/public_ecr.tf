# Public images live in an account of their own: whoever breaks in there finds nothing else.
resource "aws_ecrpublic_repository" "this" {
  for_each        = var.public_ecr.repositories
  provider        = aws.public_ecr
  repository_name = each.key
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all, catalog_data]
  }
  depends_on = [aws_organizations_account.this]
}

resource "aws_iam_openid_connect_provider" "public_ecr_github" {
  provider       = aws.public_ecr
  url            = "https://${local.github_host}"
  client_id_list = var.github.audiences
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

resource "aws_iam_role" "publish" {
  provider           = aws.public_ecr
  name               = "genesis-publish"
  assume_role_policy = local.github_trust["publish"]
  depends_on         = [aws_iam_openid_connect_provider.public_ecr_github]
  lifecycle { ignore_changes = [description, path, tags, tags_all, permissions_boundary, max_session_duration] }
}

resource "aws_iam_role_policy" "publish" {
  provider = aws.public_ecr
  name     = "push"
  role     = aws_iam_role.publish.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"], Resource = "*" },
      { Effect = "Allow", Resource = values(aws_ecrpublic_repository.this)[*].arn, Action = formatlist("ecr-public:%s",
      ["BatchCheckLayerAvailability", "CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"]) },
    ]
  })
}

# The plan role of the management account reads this account through this one.
resource "aws_iam_role" "public_ecr_plan" {
  provider = aws.public_ecr
  name     = local.member_roles.plan
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
  { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_role.github["plan"].arn } }] })
  lifecycle { ignore_changes = [description, path, tags, tags_all, permissions_boundary, max_session_duration] }
}

resource "aws_iam_role_policy" "public_ecr_plan" {
  provider = aws.public_ecr
  name     = "read"
  role     = aws_iam_role.public_ecr_plan.name
  policy = jsonencode(jsondecode(templatefile(
  "${path.module}/policies/roles/plan-public-ecr.json", { account = var.public_ecr.account_id })))
}
