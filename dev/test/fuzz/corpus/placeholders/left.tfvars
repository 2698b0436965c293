email = "a@example.com"
id = "000000000000"
phone = "+1 555 0100"
