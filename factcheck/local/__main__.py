"""`python -m factcheck.local run -- COMMAND`: run a command beside the local Postgres and Valkey.

`... env` prints the addresses as shell exports while another process (such as `make demo`) keeps the servers up.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from types import FrameType

from factcheck.local.errors import LocalServiceError
from factcheck.local.services import local_services


def _exit_on_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _run(command: list[str]) -> int:
    with local_services() as env:
        return subprocess.run(command, env=os.environ | env, check=False).returncode


def _print_env() -> int:
    with local_services() as env:
        for name, value in env.items():
            print(f"export {name}={shlex.quote(value)}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m factcheck.local", description=__doc__)
    commands = parser.add_subparsers(dest="action", required=True)
    commands.add_parser("run").add_argument("command", nargs=argparse.REMAINDER)
    commands.add_parser("env")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _exit_on_signal)
    try:
        if options.action == "env":
            return _print_env()
        command = options.command[1:] if options.command[:1] == ["--"] else options.command
        return _run(command)
    except LocalServiceError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
