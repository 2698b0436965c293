public_ecr = 7
__proto__ = { account = "x" }
