public_ecr = {
  account    = "images"
  account_id = "000000000001"
}
accounts = {
  shop = { email = "a@b.c", ou = "workloads" }
}
