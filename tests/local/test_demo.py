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
from tests.private_servers import copy_prepared

pytestmark = pytest.mark.fault
GIVEN = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "PORT", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
READY_SECONDS = 120
SUPERVISED = ("web", "events", "workers", "beat", "Valkey", "Postgres")


class Demo:
    """A running `manage.py demo` on a data folder of its own."""

    def __init__(self, folder: Path, **env: str) -> None:
        kept = {name: text for name, text in os.environ.items() if name not in GIVEN}
        self.env = kept | {"FACTCHECK_DATA_DIR": str(folder)} | env
        self.folder = folder
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=CLONE,
            env=self.env,
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

    def runs_again(self, times: int) -> bool:
        return all(self.output.count(f"{name} runs again.") >= times for name in SUPERVISED)

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

    def make(name: str, *, is_migrated: bool = False, **env: str) -> Demo:
        path = folder / name
        path.mkdir(exist_ok=True)
        path.chmod(0o711)
        if is_migrated:
            copy_prepared(path)
        demos.append(Demo(path, **env))
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
    """One story, because a first start migrates a database and compresses the static files; the second one need not."""
    one = start("one")
    left_behind = killed_while_it_starts(one)
    one = start("one")
    first = one.wait_until_ready()
    ready = {"status": "ok", "checks": ANY, "worker": "ok", "search": ANY, "events": "ok"}
    assert ask(first) == ready
    assert "Ended the web process that an earlier run left behind." in one.output
    two = start("two", is_migrated=True, STATIC_ROOT=str(one.folder / "staticfiles"))
    assert first != two.wait_until_ready()
    again = start("one")
    assert again.wait() == 1
    assert "runs already at http://localhost:" in again.output
    everybody = one.children() + left_behind
    one.interrupt()
    assert "Everything is kept" in one.output
    assert processes.wait_until(lambda: not any(map(_is_there, everybody)), 10)

    assert_starts_again_what_is_killed(two, times=1)
    assert_commands_work_beside(two)
    everybody = two.children()
    two.interrupt()
    assert processes.wait_until(lambda: not any(map(_is_there, everybody)), 10)


def killed_while_it_starts(demo: Demo) -> list[psutil.Process]:
    """Kill the supervisor alone, as soon as its processes are there. Returns what it left behind.

    Not when it is ready: each start of all processes takes ten seconds of a core, and this one would serve nobody.
    """
    known = demo.folder / "children.json"
    assert processes.wait_until(lambda: known.exists() and '"beat"' in known.read_text(), READY_SECONDS), demo.output
    left_behind = demo.children()
    demo.process.kill()
    demo.process.wait()
    return left_behind


@pytest.mark.soak
def test_the_demo_starts_again_what_is_killed_ten_times_and_goes_on_after_its_own_kill(start):
    demo = start("one")
    demo.wait_until_ready()
    demo.process.kill()
    demo.process.wait()
    demo = start("one")
    demo.wait_until_ready()
    assert_starts_again_what_is_killed(demo, times=10)


def assert_starts_again_what_is_killed(demo: Demo, *, times: int) -> None:
    for turn in range(1, times + 1):
        for entry in json.loads((demo.folder / "children.json").read_text()):
            os.killpg(entry["pid"], signal.SIGKILL)
        (demo_postgres,) = (int(line) for line in (demo.folder / "postgres/postmaster.pid").read_text().split()[:1])
        for pid in (demo_postgres, *(server.pid for server in processes.working_in(demo.folder / "redis"))):
            os.kill(pid, signal.SIGKILL)
        assert processes.wait_until(lambda: demo.runs_again(turn), 60 * turn), demo.output  # noqa: B023 -- used within the turn
    assert processes.wait_until(lambda: _is_well(demo.wait_until_ready()), 60, step=0.5), demo.output


def assert_commands_work_beside(demo: Demo) -> None:
    """Two at once: each adopts the servers, neither alters a role while the other does."""
    command = [sys.executable, "manage.py", "verify_audit"]
    several = [
        subprocess.Popen(command, cwd=CLONE, env=demo.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    for one in several:
        output, _ = one.communicate(timeout=120)
        assert one.returncode == 0, output
        assert "Every chain is intact, and every row is as the trail tells." in output
    assert _is_well(demo.wait_until_ready()), "a command that ended took the demo's servers along"


def _is_well(url: str) -> bool:
    try:
        return ask(url)["worker"] == "ok"
    except urllib.error.HTTPError:
        return False  # it answers, and says that something is missing
    except TimeoutError:
        return False  # the supervisor keeps the socket while the server starts again: a busy machine takes long for it


def _is_there(one: psutil.Process) -> bool:
    # `is_running` compares the start time too: a number that went to another program is not ours.
    return one.is_running() and one.status() != psutil.STATUS_ZOMBIE
