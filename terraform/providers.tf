# The management account, in the home region of the Identity Center.
provider "aws" {
  region              = var.region
  allowed_account_ids = [var.management.account_id]
}

# The dedicated account. Public ECR's API is in us-east-1 only.
provider "aws" {
  alias               = "public_ecr"
  region              = "us-east-1"
  allowed_account_ids = [var.public_ecr.account_id]
  assume_role {
    # A literal account id: a provider cannot wait for an account that is still to be created.
    role_arn = "arn:aws:iam::${var.public_ecr.account_id}:role/${local.member_roles[var.runs_as]}"
  }
}
