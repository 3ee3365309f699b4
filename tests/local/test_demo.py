"""`make demo` as a person meets it: it starts, survives a kill -9, stops with Ctrl-C, and runs beside another."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from unittest.mock import ANY

import psutil
import pytest

from factcheck.local import processes
from factcheck.local.paths import CLONE

pytestmark = pytest.mark.fault
GIVEN = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "PORT", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
READY_SECONDS = 120


class Demo:
    """A running `manage.py demo` on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        env = {name: text for name, text in os.environ.items() if name not in GIVEN}
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=CLONE,
            env=env | {"FACTCHECK_DATA_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_until_ready(self) -> str:
        is_over = processes.wait_until(
            lambda: "Ctrl-C stops" in self.output or self.process.poll() is not None, READY_SECONDS
        )
        assert is_over, self.output
        assert "Ready after" in self.output, self.output
        return (self.folder / "demo.url").read_text()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.wait() == 0, self.output

    def wait(self) -> int:
        code = self.process.wait(60)
        self.reader.join(10)
        return code


@pytest.fixture
def start(folder):
    demos: list[Demo] = []

    def make(name: str) -> Demo:
        path = folder / name
        path.mkdir(exist_ok=True)
        path.chmod(0o711)
        demos.append(Demo(path))
        return demos[-1]

    yield make
    for demo in demos:
        if demo.process.poll() is None:
            demo.interrupt()


def ask(url: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:  # noqa: S310 -- our own address
        found: dict[str, object] = json.load(answer)
        return found


def test_the_demo_runs_beside_another_survives_a_kill_and_stops_whole(start):
    """One story, because every first start migrates a database."""
    one, two = start("one"), start("two")
    assert one.wait_until_ready() != two.wait_until_ready()
    again = start("one")
    assert again.wait() == 1
    assert "runs already at http://localhost:" in again.output

    left_behind = one.children()
    one.process.kill()
    one.process.wait()
    one = start("one")
    assert ask(one.wait_until_ready()) == {"status": "ok", "checks": ANY, "worker": "ok"}
    assert "Ended the web process that an earlier run left behind." in one.output
    everybody = one.children() + left_behind
    one.interrupt()
    assert "Everything is kept" in one.output
    assert processes.wait_until(lambda: not any(map(_is_there, everybody)), 10)

    record = json.loads((two.folder / "children.json").read_text())
    os.killpg(next(entry["pid"] for entry in record if entry["name"] == "worker"), signal.SIGKILL)
    for server in processes.working_in(two.folder / "redis"):
        server.kill()
    assert processes.wait_until(lambda: all(f"{name} runs again." in two.output for name in ("worker", "Valkey")), 30)
    assert processes.wait_until(lambda: _is_well(two.wait_until_ready()), 60, step=0.5), two.output
    everybody = two.children()
    two.interrupt()
    assert processes.wait_until(lambda: not any(map(_is_there, everybody)), 10)


def _is_well(url: str) -> bool:
    try:
        return ask(url)["worker"] == "ok"
    except urllib.error.HTTPError:
        return False  # it answers, and says that something is missing


def _is_there(one: psutil.Process) -> bool:
    # `is_running` compares the start time too: a number that went to another program is not ours.
    return one.is_running() and one.status() != psutil.STATUS_ZOMBIE
