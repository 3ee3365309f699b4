"""Health checks inside the containers: `probe.py URL` for the web server, `probe.py worker NAME...` for workers here."""

import os
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit


def probe_web(url: str) -> int:
    # The desk answers only to its own names, so the probe asks as its public host.
    host = urlsplit(os.environ["SITE_URL"]).netloc
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": host}), timeout=5) as answer:  # noqa: S310 -- the compose file names the address
        return 0 if answer.status == 200 else 1


def probe_workers(names: list[str]) -> int:
    """Return 0 where every one of them answers."""
    wanted = {f"{name}@{os.uname().nodename}" for name in names}
    command = [
        "celery",
        "-A",
        "factcheck",
        "inspect",
        "ping",
        "--json",
        "--destination",
        ",".join(wanted),
        "--timeout",
        "5",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 -- fixed words
    return 0 if all(f'"{name}"' in done.stdout for name in wanted) else 1


if __name__ == "__main__":
    sys.exit(probe_workers(sys.argv[2:]) if sys.argv[1] == "worker" else probe_web(sys.argv[1]))
