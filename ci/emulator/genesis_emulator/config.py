"""What may differ between emulators; __main__ sets it before the first request."""

from dataclasses import dataclass

# The account of whoever signs with a key that moto did not hand out.
MANAGEMENT_ACCOUNT = "123456789012"


@dataclass
class Config:
    host: str = "127.0.0.1"
    # Home region of the Identity Center.
    region: str = "us-east-1"
    # Instances of the Identity Center beside the organization's, in the same region.
    more_instances: int = 0
    # How many looks at a request to create an account find it in progress.
    create_account_polls: int = 1
    # A file descriptor; the process and its forks end when nobody holds its other end any more.
    lifeline: int | None = None


config = Config()
