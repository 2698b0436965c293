terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.100, < 7" }
  }
  # Bucket, key and region come by -backend-config, so that nothing here names an account.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
