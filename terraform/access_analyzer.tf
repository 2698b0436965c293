# Finds what somebody outside of the organization can reach, in the home region. Analyzers of unused access cost, this
# one does not.
resource "aws_accessanalyzer_analyzer" "organization" {
  count         = var.guard_rails.access_analyzer ? 1 : 0
  analyzer_name = "genesis-organization"
  type          = "ORGANIZATION"
  depends_on    = [aws_organizations_organization.this]
}
