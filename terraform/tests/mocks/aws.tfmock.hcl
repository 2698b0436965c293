mock_resource "aws_organizations_organization" {
  defaults = { roots = [{ arn = "arn", id = "r-root", name = "Root", policy_types = [] }] }
}

mock_data "aws_ssoadmin_instances" {
  defaults = { arns = ["arn:aws:sso:::instance/ssoins-1"], identity_store_ids = ["d-1"] }
}
