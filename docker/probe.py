"""Health checks inside the containers: `probe.py URL` for the web server, `probe.py worker NAME` for this worker."""

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


def probe_worker(worker: str) -> int:
    name = f"{worker}@{os.uname().nodename}"
    command = ["celery", "-A", "factcheck", "inspect", "ping", "--destination", name, "--timeout", "5"]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode  # noqa: S603 -- fixed words


if __name__ == "__main__":
    sys.exit(probe_worker(sys.argv[2]) if sys.argv[1] == "worker" else probe_web(sys.argv[1]))
