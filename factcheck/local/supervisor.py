"""Keeps a few processes running as one: all of them, or none.

Each child leads a process group of its own, so that stopping it stops what it forked. Who they are is written down:
after a kill -9 of the supervisor the next one finds and ends what was left running.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from factcheck.local import processes
from factcheck.local.errors import LocalServiceError

STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def log_end(self) -> str:
        return self.log.read_text(errors="replace")[-1500:].strip()


@dataclass
class Supervisor:
    """`folder` holds the record of the children and their logs."""

    folder: Path
    env: dict[str, str]
    cwd: Path
    children: list[Child] = field(default_factory=list)

    @property
    def record(self) -> Path:
        return self.folder / "children.json"

    def start(self, name: str, command: list[str], *, keep: tuple[int, ...] = ()) -> None:
        """Start a child; `keep` are file descriptors that it inherits."""
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        path = logs / f"{name}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=keep,
            )
        self.children.append(Child(name, process, path))
        self._write_record()

    def _write_record(self) -> None:
        running = filter(None, (processes.process(child.process.pid) for child in self.children))
        names = {child.process.pid: child.name for child in self.children}
        entries = [{"name": names[one.pid], "pid": one.pid, "created": one.create_time()} for one in running]
        self.record.write_text(json.dumps(entries))

    def stop_orphans(self) -> list[str]:
        """End what a killed supervisor of this folder left; returns their names."""
        if not self.record.exists():
            return []
        ended = []
        for entry in json.loads(self.record.read_text()):
            left = processes.process(entry["pid"])
            # The number may have gone to another program since: only the same start time is the same process.
            if left is not None and abs(left.create_time() - entry["created"]) < 1:
                processes.stop_process(left.pid, STOP_STEPS, group=True)
                ended.append(str(entry["name"]))
        self.record.unlink()
        return ended

    def check(self) -> None:
        """Raise when a child has ended by itself, with the end of its log."""
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                raise LocalServiceError(
                    f"{child.name} ended with code {code}; everything else is stopped too. The end of {child.log}:\n"
                    f"{child.log_end()}"
                )

    def wait_until(self, condition: Callable[[], bool], timeout: float, what: str) -> None:
        end = time.monotonic() + timeout
        while not condition():
            self.check()
            if time.monotonic() > end:
                raise LocalServiceError(
                    f"{what} did not answer within {timeout:.0f} s; logs are in {self.folder / 'logs'}"
                )
            time.sleep(0.1)

    def watch(self) -> None:
        """Return never; raise when a child ends (`check`) or a signal comes (`interruptible`)."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop_all(self) -> None:
        for child in reversed(self.children):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGTERM)
        for child in self.children:
            self._stop(child)
        self.record.unlink(missing_ok=True)

    @staticmethod
    def _stop(child: Child) -> None:
        try:
            child.process.wait(STOP_STEPS[0][1])
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


class Interrupted(Exception):
    """Somebody asked us to stop."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into `Interrupted`; later ones are ignored while things stop."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Interrupted

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
