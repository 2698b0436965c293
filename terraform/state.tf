# S3 encrypts every object by itself, and cannot be told not to.
resource "aws_s3_bucket" "state" {
  bucket = var.state_bucket.name
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [tags, tags_all]
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# Our statement, and those of others beside it.
resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Effect   = "Deny", Action = "s3:*", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } }
      Resource = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
    }], try(jsondecode(local.documents[var.state_bucket.statements]), []))
  })
  depends_on = [aws_s3_bucket_public_access_block.state]
}
