# What happens in the home region, where that is not us-east-1, is passed on to the alarm.
locals {
  forwards  = var.region == "us-east-1" ? 0 : local.alarms
  alarm_bus = "arn:aws:events:us-east-1:${var.management.account_id}:event-bus/default"
}

resource "aws_cloudwatch_event_rule" "forward" {
  count         = local.forwards
  name          = "genesis-alarm"
  event_pattern = local.alarm_pattern
}

resource "aws_cloudwatch_event_target" "forward" {
  count    = local.forwards
  rule     = aws_cloudwatch_event_rule.forward[0].name
  arn      = local.alarm_bus
  role_arn = aws_iam_role.forward[0].arn
}

resource "aws_iam_role" "forward" {
  count = local.forwards
  name  = "genesis-alarm"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [
  { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }] })
}

resource "aws_iam_role_policy" "forward" {
  count = local.forwards
  name  = "forward"
  role  = aws_iam_role.forward[0].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
  { Effect = "Allow", Action = "events:PutEvents", Resource = local.alarm_bus }] })
}
