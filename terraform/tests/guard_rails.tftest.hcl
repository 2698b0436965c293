# What the guard rails come to, with every switch on, in another region than us-east-1, and with every switch off.

mock_provider "aws" {
  override_during = plan
  source          = "./tests/mocks"

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/planned" }
  }
}

mock_provider "aws" {
  alias           = "us_east_1"
  override_during = plan

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:000000000000:genesis-alarm" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:000000000000:rule/genesis-alarm" }
  }
}

mock_provider "aws" {
  alias           = "public_ecr"
  override_during = plan
}

run "on" {
  command = plan

  variables {
    region = "eu-central-1"
    organization = {
      trusted_services = ["access-analyzer.amazonaws.com", "account.amazonaws.com", "cloudtrail.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com"]
      policy_types     = ["SERVICE_CONTROL_POLICY"]
    }
    guard_rails = {
      trail           = true
      trail_bucket    = "logs"
      email           = "alarm@example.com"
      alarm           = true
      budget          = 100
      cost_anomaly    = { above_usd = 20, monitor = "arn:aws:ce::000000000000:anomalymonitor/1" }
      access_analyzer = true
    }
  }

  assert {
    condition = [
      aws_cloudtrail.organization[0].is_organization_trail, aws_cloudtrail.organization[0].is_multi_region_trail,
      aws_cloudtrail.organization[0].enable_log_file_validation,
      aws_s3_bucket.trail[0].bucket == "logs", aws_s3_bucket_public_access_block.trail[0].restrict_public_buckets,
      aws_accessanalyzer_analyzer.organization[0].type == "ORGANIZATION",
    ] == [true, true, true, true, true, true]
    error_message = "The trail or the analyzer is another."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.trail[0].policy).Statement == concat([for action, resource in { GetBucketAcl = "logs", PutObject = "logs/AWSLogs/*" } : {
      Effect    = "Allow"
      Action    = "s3:${action}"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Resource  = "arn:aws:s3:::${resource}"
      Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-central-1:000000000000:trail/genesis-organization" } }
      }], [{
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }])
    error_message = "The bucket of the trail has another policy: ${aws_s3_bucket_policy.trail[0].policy}"
  }

  assert {
    condition = jsondecode(aws_sns_topic_policy.alarm[0].policy).Statement == [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { Service = "events.amazonaws.com" }
      Resource  = "arn:aws:sns:us-east-1:000000000000:genesis-alarm"
      Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:us-east-1:000000000000:rule/genesis-alarm" } }
    }]
    error_message = "Others may send alarms: ${aws_sns_topic_policy.alarm[0].policy}"
  }

  assert {
    condition     = [aws_sns_topic_subscription.alarm[0].protocol, aws_sns_topic_subscription.alarm[0].endpoint] == ["email", "alarm@example.com"]
    error_message = "The mails go elsewhere."
  }

  # Whatever is in the home region is passed on to where the mails are sent from.
  assert {
    condition = alltrue([
      aws_cloudwatch_event_rule.forward[0].event_pattern == aws_cloudwatch_event_rule.alarm[0].event_pattern,
      aws_cloudwatch_event_target.forward[0].arn == "arn:aws:events:us-east-1:000000000000:event-bus/default",
      jsondecode(aws_iam_role.forward[0].assume_role_policy).Statement == [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }],
      jsondecode(aws_iam_role_policy.forward[0].policy).Statement == [{ Effect = "Allow", Action = "events:PutEvents", Resource = "arn:aws:events:us-east-1:000000000000:event-bus/default" }],
    ])
    error_message = "Events of the home region go elsewhere, or by a role that may more."
  }

  # What stops the guard rails, or opens the organization, by the names of CloudTrail.
  assert {
    condition = length(setsubtract([
      "ConsoleLogin Root", "ConsoleLogin break-glass", "CreateAccessKey break-glass",
      "UpdateAssumeRolePolicy", "CreateOpenIDConnectProvider", "AddClientIDToOpenIDConnectProvider", "CreateSAMLProvider", "UpdateSAMLProvider",
      "AssociateDirectory", "DisassociateDirectory", "EnableExternalIdPConfigurationForDirectory", "DisableExternalIdPConfigurationForDirectory",
      "DeleteTrail", "StopLogging", "UpdateTrail", "PutEventSelectors",
      ], flatten([for it in jsondecode(aws_cloudwatch_event_rule.alarm[0].event_pattern).detail["$or"] : [for name in it.eventName :
        trimspace("${name} ${try(it.userIdentity.type[0], it.userIdentity.userName[0], "")}")]
    ]))) == 0
    error_message = "An event is not heard: ${aws_cloudwatch_event_rule.alarm[0].event_pattern}"
  }

  assert {
    condition = [
      aws_budgets_budget.month[0].limit_amount,
      toset([for it in aws_budgets_budget.month[0].notification : "${it.notification_type} ${it.threshold} ${one(it.subscriber_email_addresses)}"]),
      ] == [
      "100",
      toset(["ACTUAL 100 alarm@example.com", "FORECASTED 100 alarm@example.com"]),
    ]
    error_message = "The budget is another."
  }

  # The monitor that AWS made is used, and none made beside it.
  assert {
    condition     = length(aws_ce_anomaly_monitor.services) == 0 && aws_ce_anomaly_subscription.mail["genesis-mail"].monitor_arn_list == tolist(["arn:aws:ce::000000000000:anomalymonitor/1"])
    error_message = "Anomalies are looked for by another monitor."
  }
}

run "off" {
  command = plan

  assert {
    condition = 0 == sum([
      length(aws_s3_bucket.trail), length(aws_cloudtrail.organization), length(aws_sns_topic.alarm), length(aws_cloudwatch_event_rule.alarm),
      length(aws_cloudwatch_event_rule.forward), length(aws_budgets_budget.month), length(aws_ce_anomaly_monitor.services),
      length(aws_ce_anomaly_subscription.mail), length(aws_accessanalyzer_analyzer.organization),
    ])
    error_message = "Something is left that no switch has on."
  }
}

# The first region is where the mails come from: nothing is passed on.
run "in_the_first_region" {
  command = plan

  variables {
    guard_rails = { alarm = true, other_trail = true }
  }

  assert {
    condition     = length(aws_cloudwatch_event_rule.forward) == 0 && length(aws_cloudwatch_event_rule.alarm) == 1
    error_message = "Events would be told twice, or not at all."
  }

  assert {
    condition     = aws_sns_topic_subscription.alarm[0].endpoint == "security@example.com"
    error_message = "The mails do not go to the security contact."
  }
}
