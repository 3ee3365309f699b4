"""Health checks inside the containers: `probe.py URL` for the web server, `probe.py worker NAME...` for workers here."""

import os
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit


def probe_web(url: str) -> int:
    # The desk answers only to its own names, so the probe asks as its public host.
    host = urlsplit(os.environ["SITE_URL"]).netloc
    asked = urlsplit(url)
    connection = HTTPConnection(asked.netloc, timeout=5)
    connection.request("GET", asked.path, headers={"Host": host})
    return 0 if connection.getresponse().status == 200 else 1


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
