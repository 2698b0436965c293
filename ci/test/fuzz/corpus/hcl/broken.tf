resource "a" {
  x = "${