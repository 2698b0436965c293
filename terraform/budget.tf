# A mail when the organization's month costs more than this, and when AWS expects that it will.
resource "aws_budgets_budget" "month" {
  for_each     = { for it in var.guard_rails.budget[*] : "genesis-month" => it }
  name         = each.key
  budget_type  = "COST"
  limit_amount = tostring(each.value.monthly_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  dynamic "notification" {
    for_each = ["ACTUAL", "FORECASTED"]
    content {
      notification_type          = notification.value
      comparison_operator        = "GREATER_THAN"
      threshold                  = 100
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = [each.value.email]
    }
  }
}
