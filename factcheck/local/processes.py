"""Processes and ports, for the servers and the supervisor."""

import contextlib
import fcntl
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        # Without it a port that somebody just left counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def listen(host: str, port: int) -> socket.socket | None:
    """Return a listening socket that children may inherit, None if the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        return None
    return listener


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file. Locks: waits for its holder; freed when the process ends in whatever way."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def process(pid: int) -> psutil.Process | None:
    """Return the process if it runs (a zombie does not)."""
    try:
        found = psutil.Process(pid)
        return None if found.status() == psutil.STATUS_ZOMBIE else found
    except psutil.Error:
        return None


def variable_of(pid: int, name: str) -> str | None:
    """Return an environment variable with which the process was started; None without it, or when none runs.

    A process that is just being started seems to have none, for less than a millisecond (1 of 800): it gets a tenth of a second.
    """
    for wait in (0.02, 0.08, 0):
        found = process(pid)
        try:
            environment = found.environ() if found else {}
        except psutil.Error:
            return None
        if environment or not found:
            return environment.get(name)
        time.sleep(wait)
    return None


def working_in(folder: Path) -> list[psutil.Process]:
    """Return the processes that work in `folder`: those that a killed server left behind."""
    found = []
    for candidate in psutil.process_iter():
        # Processes end while we look, and others do not let us.
        with contextlib.suppress(psutil.Error):
            if candidate.cwd() == str(folder) and candidate.status() != psutil.STATUS_ZOMBIE:
                found.append(candidate)
    return found


def wait_until(condition: Callable[[], bool], timeout: float, step: float = 0.05) -> bool:
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def stop_process(pid: int, steps: Iterable[tuple[signal.Signals, float]], *, group: bool = False) -> bool:
    """Ask with each signal in turn and wait its seconds; true once the process is gone."""
    for number, patience in steps:
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(pid, number)
        if wait_until(lambda: _is_gone(pid), patience):
            return True
    return _is_gone(pid)


def log_end(path: Path) -> str:
    """Return the last words of a process's log, for the message that says it failed."""
    return path.read_text(errors="replace")[-1500:].strip() if path.exists() else "(no log)"


def _is_gone(pid: int) -> bool:
    # A child of ours stays a zombie until it is waited for.
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return process(pid) is None
