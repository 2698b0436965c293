# A mail when the organization's month costs more than this, and when AWS expects that it will.
resource "aws_budgets_budget" "month" {
  count        = var.guard_rails.budget == null ? 0 : 1
  name         = "genesis-month"
  budget_type  = "COST"
  limit_amount = tostring(var.guard_rails.budget)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  dynamic "notification" {
    for_each = ["ACTUAL", "FORECASTED"]
    content {
      notification_type          = notification.value
      comparison_operator        = "GREATER_THAN"
      threshold                  = 100
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = [local.guard_email]
    }
  }
}
