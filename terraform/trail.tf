# Who did what in every account, with signed hashes of the files, in a bucket that holds nothing else. Where the data
# names the bucket, it stays when the trail goes.
locals {
  has_bucket       = var.guard_rails.trail || var.guard_rails.trail_bucket != null
  trail_bucket     = coalesce(var.guard_rails.trail_bucket, "genesis-trail-${var.management.account_id}")
  trail_bucket_arn = "arn:aws:s3:::${local.trail_bucket}"
  trail_writes = {
    Effect    = "Allow"
    Principal = { Service = "cloudtrail.amazonaws.com" }
    Condition = { StringEquals = {
      "aws:SourceArn" = "arn:aws:cloudtrail:${var.region}:${var.management.account_id}:trail/genesis-organization"
    } }
  }
}

resource "aws_s3_bucket" "trail" {
  count  = local.has_bucket ? 1 : 0
  bucket = local.trail_bucket
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

resource "aws_s3_bucket_public_access_block" "trail" {
  count                   = local.has_bucket ? 1 : 0
  bucket                  = aws_s3_bucket.trail[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "trail" {
  count  = local.has_bucket ? 1 : 0
  bucket = aws_s3_bucket.trail[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    merge(local.trail_writes, { Action = "s3:GetBucketAcl", Resource = local.trail_bucket_arn }),
    merge(local.trail_writes, { Action = "s3:PutObject", Resource = "${local.trail_bucket_arn}/AWSLogs/*" }),
    {
      Effect   = "Deny", Action = "s3:*", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } }
      Resource = [local.trail_bucket_arn, "${local.trail_bucket_arn}/*"]
    },
  ] })
  depends_on = [aws_s3_bucket_public_access_block.trail]
}

resource "aws_cloudtrail" "organization" {
  count                      = var.guard_rails.trail ? 1 : 0
  name                       = "genesis-organization"
  s3_bucket_name             = aws_s3_bucket.trail[0].id
  is_organization_trail      = true
  is_multi_region_trail      = true
  enable_log_file_validation = true
  depends_on                 = [aws_organizations_organization.this, aws_s3_bucket_policy.trail]
}
