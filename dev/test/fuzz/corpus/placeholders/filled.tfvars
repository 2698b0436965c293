email = "a@company.io" # example.com
// 000000000000
