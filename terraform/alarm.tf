# A mail when root or break-glass signs in, when somebody changes who may take a role or where people come from, or
# stops a trail. EventBridge hears of it by a trail, in the region of each: IAM and root are in us-east-1.
provider "aws" {
  alias               = "us_east_1"
  region              = "us-east-1"
  allowed_account_ids = [var.management.account_id]
}

locals {
  alarms = var.guard_rails.alarm ? 1 : 0
  # Of every guard rail that mails.
  guard_email = try(coalesce(var.guard_rails.email, var.contacts["security"].email), "")
  alarm_pattern = jsonencode({ detail = { "$or" = [
    { eventName = ["ConsoleLogin"], userIdentity = { type = ["Root"] } },
    { eventName = ["ConsoleLogin", "CreateAccessKey"], userIdentity = { userName = ["break-glass"] } },
    { eventSource = ["iam.amazonaws.com"], eventName = ["UpdateAssumeRolePolicy", "CreateOpenIDConnectProvider",
    "AddClientIDToOpenIDConnectProvider", "CreateSAMLProvider", "UpdateSAMLProvider"] },
    { eventSource = ["sso.amazonaws.com", "sso-directory.amazonaws.com"], eventName = ["AssociateDirectory",
      "DisassociateDirectory", "EnableExternalIdPConfigurationForDirectory",
    "DisableExternalIdPConfigurationForDirectory"] },
    { eventSource = ["cloudtrail.amazonaws.com"], eventName = ["DeleteTrail", "StopLogging", "UpdateTrail",
    "PutEventSelectors"] },
  ] } })
}

resource "aws_sns_topic" "alarm" {
  count    = local.alarms
  provider = aws.us_east_1
  name     = "genesis-alarm"
}

resource "aws_sns_topic_policy" "alarm" {
  count    = local.alarms
  provider = aws.us_east_1
  arn      = aws_sns_topic.alarm[0].arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow", Action = "sns:Publish", Principal = { Service = "events.amazonaws.com" }
    Resource  = aws_sns_topic.alarm[0].arn
    Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.alarm[0].arn } }
  }] })
}

# Whoever has the address confirms it once, by a link that AWS mails.
resource "aws_sns_topic_subscription" "alarm" {
  count     = local.alarms
  provider  = aws.us_east_1
  topic_arn = aws_sns_topic.alarm[0].arn
  protocol  = "email"
  endpoint  = local.guard_email
}

resource "aws_cloudwatch_event_rule" "alarm" {
  count         = local.alarms
  provider      = aws.us_east_1
  name          = "genesis-alarm"
  event_pattern = local.alarm_pattern
}

resource "aws_cloudwatch_event_target" "alarm" {
  count    = local.alarms
  provider = aws.us_east_1
  rule     = aws_cloudwatch_event_rule.alarm[0].name
  arn      = aws_sns_topic.alarm[0].arn
}
