"""`python -m genesis_emulator`: serves until it is ended. Says where, in one line of JSON, as soon as it listens."""

import argparse
import json
import os
import sys

from .config import config

# moto reads them when it is imported. With an account id it would put every caller, assumed roles too, into one account; without its managed
# policies no AWS policy exists to be attached.
os.environ.pop("MOTO_ACCOUNT_ID", None)
os.environ.update(MOTO_IAM_LOAD_MANAGED_POLICIES="true", S3_IGNORE_SUBDOMAIN_BUCKETNAME="true")


def main() -> None:
    parser = argparse.ArgumentParser(prog="genesis_emulator", description=__doc__)
    parser.add_argument("--host", default=config.host, help="where it listens")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--region", default=config.region, help="home region of the Identity Center")
    parser.add_argument("--more-instances", type=int, default=0, help="instances beside the organization's")
    parser.add_argument("--create-account-polls", type=int, default=1, help="looks that find a new account in progress")
    parser.add_argument("--lifeline", type=int, help="a file descriptor; it ends, with its forks, at its end of file")
    arguments = parser.parse_args()
    vars(config).update({name: value for name, value in vars(arguments).items() if name != "port"})

    from .app import App
    from .server import listen, serve

    try:
        listener = listen(arguments.port)
    except OSError as error:
        sys.exit(f"{config.host}:{arguments.port}: {error.strerror}")
    print(json.dumps({"port": listener.getsockname()[1], "pid": os.getpid()}), flush=True)
    serve(listener, App())


main()
