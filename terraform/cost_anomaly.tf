# A mail a day about costs of a service that are unlike those before. An account has one monitor of all its services.
resource "aws_ce_anomaly_monitor" "services" {
  count             = try(var.guard_rails.cost_anomaly.monitor, "") == null ? 1 : 0
  name              = "genesis-services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "mail" {
  for_each         = { for it in var.guard_rails.cost_anomaly[*] : "genesis-mail" => it }
  name             = each.key
  frequency        = "DAILY"
  monitor_arn_list = compact([one(aws_ce_anomaly_monitor.services[*].arn), each.value.monitor])
  subscriber {
    type    = "EMAIL"
    address = local.guard_email
  }
  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(each.value.above_usd)]
    }
  }
}
