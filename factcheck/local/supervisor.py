"""Keep a few processes running as one. A process that ends is started again, however often, after growing waits.

Each child leads a process group of its own, so that stopping it stops what it forked. Who they are is written down:
after a kill -9 of the supervisor the next one finds and ends what was left running.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from factcheck.local import processes
from factcheck.local.errors import LocalServiceError

STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
# Seconds before each new start in a row; the last one repeats, because a full disk or a pause of the machine passes.
WAITS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
TICK = 0.2
STEADY_SECONDS = 20.0  # after so long a run the waits begin anew
MARK = "FACTCHECK_SUPERVISOR"  # in the environment of a child, with its supervisor's own number
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Server(Protocol):
    """Postgres and Valkey: started before the children, and not by this supervisor."""

    name: str
    log: Path

    def start(self) -> None: ...
    def is_running(self) -> bool: ...


@dataclass
class BackOff:
    """Decide when something that ended may start again: nearly at once, then after growing waits."""

    ends: int = 0
    started: float = field(default_factory=time.monotonic)
    due: float | None = None

    def wait(self) -> float:
        """Return the seconds to wait now that it ended."""
        if time.monotonic() - self.started > STEADY_SECONDS:
            self.ends = 0
        seconds = WAITS[min(self.ends, len(WAITS) - 1)]
        self.ends += 1
        self.due = time.monotonic() + seconds
        return seconds

    def is_due(self) -> bool:
        return self.due is not None and time.monotonic() >= self.due

    def began(self) -> None:
        self.started, self.due = time.monotonic(), None

    def failed(self) -> float:
        """Return the seconds to wait after a start that did not succeed."""
        self.began()
        return self.wait()


@dataclass
class _Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    command: list[str]
    keep: tuple[int, ...] = ()
    back_off: BackOff = field(default_factory=BackOff)


@dataclass
class Supervisor:
    """`folder` holds the record of the children and their logs."""

    folder: Path
    env: dict[str, str]
    cwd: Path
    children: list[_Child] = field(default_factory=list)
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def record(self) -> Path:
        return self.folder / "children.json"

    def start(self, name: str, command: list[str], *, keep: tuple[int, ...] = ()) -> None:
        """Start a child; `keep` are file descriptors that it inherits."""
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        path = logs / f"{name}.log"
        path.write_bytes(b"")
        self.children.append(_Child(name, self._popen(command, path, keep), path, command, keep))
        self._write_record()

    def _popen(self, command: list[str], path: Path, keep: tuple[int, ...]) -> subprocess.Popen[bytes]:
        with path.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.cwd,
                env=self.env | {MARK: self.mark},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=keep,
            )

    def _write_record(self) -> None:
        running = [child for child in self.children if processes.process(child.process.pid)]
        entries = [{"name": child.name, "pid": child.process.pid, "mark": self.mark} for child in running]
        self.record.write_text(json.dumps(entries))

    def stop_orphans(self) -> list[str]:
        """End what a killed supervisor of this folder left; returns their names."""
        if not self.record.exists():
            return []
        ended = []
        for entry in json.loads(self.record.read_text()):
            # The number may have gone to another program since. A start time would not tell: it follows the clock when
            # that is set.
            mark = entry.get("mark")  # records of older versions have none
            if mark and processes.variable_of(entry["pid"], MARK) == mark:
                processes.stop_process(entry["pid"], STOP_STEPS, group=True)
                ended.append(str(entry["name"]))
        self.record.unlink()
        return ended

    def check(self) -> None:
        """Raise LocalServiceError with the end of the log when a child has ended."""
        for child in self.children:
            if child.process.poll() is not None:
                raise LocalServiceError(
                    f"{child.name} ended with code {child.process.returncode}; everything else is stopped too. The end"
                    f" of {child.log}:\n{processes.log_end(child.log)}"
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

    def watch(self, servers: Iterable[_Server] = (), say: Callable[[str], None] = print) -> None:
        """Restart every child and server that ends. Raises Interrupted on a signal (`interruptible`); never returns."""
        back_offs = [(server, BackOff()) for server in servers]
        while True:
            for server, back_off in back_offs:
                self._keep_server(server, back_off, say)
            for child in self.children:
                self._keep_child(child, say)
            time.sleep(TICK)

    def _keep_child(self, child: _Child, say: Callable[[str], None]) -> None:
        if child.process.poll() is None:
            return
        if child.back_off.due is None:
            wait, code = child.back_off.wait(), child.process.returncode
            say(f"{child.name} ended with code {code}; it starts again in {wait:g} s ({child.log}).")
        elif child.back_off.is_due():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)  # what it forked
            child.process = self._popen(child.command, child.log, child.keep)
            child.back_off.began()
            self._write_record()
            say(f"{child.name} runs again.")

    def _keep_server(self, server: _Server, back_off: BackOff, say: Callable[[str], None]) -> None:
        if server.is_running():
            return
        if back_off.due is None:
            say(f"{server.name} ended; it starts again in {back_off.wait():g} s ({server.log}).")
        elif back_off.is_due():
            self._start_server(server, back_off, say)

    @staticmethod
    def _start_server(server: _Server, back_off: BackOff, say: Callable[[str], None]) -> None:
        try:
            server.start()
        except LocalServiceError:
            say(f"{server.name} did not start; the next try is in {back_off.failed():g} s ({server.log}).")
        else:
            back_off.began()
            say(f"{server.name} runs again.")

    def stop_all(self) -> None:
        # All are asked before any is waited for, so that their endings overlap.
        for child in reversed(self.children):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGTERM)
        for child in self.children:
            self._stop(child)
        self.record.unlink(missing_ok=True)

    @staticmethod
    def _stop(child: _Child) -> None:
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
