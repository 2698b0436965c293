public_ecr = [
