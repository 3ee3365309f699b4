"""The desk's processes as compose runs them, and what they use: web, workers and clock, bare views beside them."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from bench.harness.server import READY_SECONDS, Http, serving_process
from core.values import known
from factcheck.local.processes import stop_process, wait_until
from factcheck.queues import WORKERS

# Processes and threads of docker-compose.yml.
WEB_WORKERS = 2
EMBEDDER = os.environ.get("BENCH_EMBEDDER", "bundled")
ENCODER_IDLE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Running:
    """Ports and processes. `postgres` and `redis` are the servers'."""

    port: int
    web: int
    workers: int
    bare_port: int
    bare: int
    postgres: int
    redis: int

    def memory(self) -> float:
        """Return MB of web and workers together; shared pages are counted once."""
        return sum(process.memory_full_info().pss for process in _trees(self.web, self.workers)) / 1e6

    def memory_of_each(self) -> str:
        """Return MB of each process, the largest first: of the web (its master is the smallest), then of the workers."""
        trees = (_trees(self.web), _trees(self.workers))
        web, workers = (sorted((one.memory_full_info().pss / 1e6 for one in tree), reverse=True) for tree in trees)
        return f"web {', '.join(f'{one:.0f}' for one in web)}; workers {', '.join(f'{one:.0f}' for one in workers)}"

    def wait_for_workers(self) -> None:
        """Return when every worker of factcheck.queues answers: they start for seconds after their parent."""
        from factcheck.celery import app

        if not wait_until(lambda: len(app.control.ping(timeout=1) or ()) == len(WORKERS), READY_SECONDS):
            raise RuntimeError("Not all workers answer.")

    def bare_memory(self) -> float:
        return sum(process.memory_full_info().pss for process in _trees(self.bare)) / 1e6


@contextmanager
def running_desk(folder: Path) -> Iterator[Running]:
    """Start web, workers and clock on the database and Redis that the environment names."""
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        check=True,
        env=os.environ | {"STATIC_ROOT": str(folder / "staticfiles")},
    )
    with ExitStack() as stack:
        as_web = {
            "EMBEDDER": EMBEDDER,
            "EMBEDDER_IDLE_SECONDS": str(ENCODER_IDLE_SECONDS),
            "MEDIA_ROOT": str(folder / "media"),
            "LOG_LEVEL": "WARNING",
        }
        port, web = stack.enter_context(serving_process(folder, workers=WEB_WORKERS, **as_web))
        bare_port, bare = stack.enter_context(serving_process(folder, workers=WEB_WORKERS, BENCH_BARE="1"))
        environment = os.environ | as_web | {"SITE_URL": f"http://127.0.0.1:{port}"}
        queues = [sys.executable, "-m", "factcheck.queues", *WORKERS]
        workers = stack.enter_context(_background(queues, folder / "workers.log", environment))
        clock = [sys.executable, "-m", "celery", "-A", "factcheck", "beat", "--pidfile=", "--schedule"]
        stack.enter_context(_background([*clock, str(folder / "celerybeat")], folder / "beat.log", environment))
        yield Running(port, web, workers, bare_port, bare, *_servers())


@contextmanager
def _background(command: Sequence[str], log: Path, environment: dict[str, str]) -> Iterator[int]:
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        yield process.pid
    finally:
        stop_process(process.pid, [(signal.SIGTERM, 15), (signal.SIGKILL, 5)])
        process.wait()


def _servers() -> tuple[int, int]:
    """Return the processes that listen where the environment says Postgres and Redis are."""
    ports = [urlsplit(os.environ[name]).port for name in ("DATABASE_URL", "REDIS_URL")]
    # Sockets that other people opened meanwhile may have no process that we may see.
    owners = {
        found.laddr[1]: found.pid for found in psutil.net_connections("tcp") if found.laddr and found.status == "LISTEN"
    }
    postgres, redis = (known(owners[known(port)]) for port in ports)
    return postgres, redis


def _trees(*roots: int) -> list[psutil.Process]:
    return [process for root in roots for process in (psutil.Process(root), *_children(root))]


def _children(root: int) -> list[psutil.Process]:
    return psutil.Process(root).children(recursive=True)


def cpu_seconds(*roots: int) -> float:
    """Return the CPU time of these processes and of those below them, those that ended included.

    To the nanosecond for those that live: /proc counts in 10 ms, as it does here for what their parents have reaped. Without
    those the work in the background came out below nothing, when a vacuum had ended meanwhile.
    """
    return sum(_nanoseconds(process.pid) / 1e9 + _reaped_seconds(process) for process in _trees(*roots))


def _reaped_seconds(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.children_user + times.children_system
    return 0.0


def _nanoseconds(pid: int) -> int:
    total = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            total += int(thread.read_text().split()[0])
    return total


def connection_seconds(postgres: int) -> dict[int, float]:
    """Return the CPU time of each process of Postgres that serves a connection, by its id.

    For lines of single requests: a vacuum or a checkpoint falls on whichever line is measured at that moment.
    """
    serving = (process for process in _children(postgres) if "127.0.0.1(" in _title(process))
    return {process.pid: _nanoseconds(process.pid) / 1e9 for process in serving}


def seconds_since(before: dict[int, float], postgres: int) -> float:
    """Return the CPU seconds since then, without those of connections that ended meanwhile."""
    return sum(now - before.get(pid, 0) for pid, now in connection_seconds(postgres).items())


def _title(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


@dataclass(frozen=True, slots=True)
class Figures:
    """One line: median and per second in milliseconds and requests, CPU of the web processes and of Postgres in ms."""

    p50: float
    per_second: float
    web_ms: float
    database_ms: float


Ask = Callable[[Http], object]


def measure(
    ask: Ask, *, port: int, tokens: Sequence[str], processes: tuple[int, int], times: int, at_once: int = 8
) -> Figures:
    """Ask one at a time, then `at_once` at a time. CPU is that of both together."""
    with Http(port, tokens[0]) as http:
        for _ in range(min(8, times)):  # connections, plans, imports
            ask(http)
        web, database = cpu_seconds(processes[0]), connection_seconds(processes[1])
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            ask(http)
            taken.append((time.perf_counter() - started) * 1000)
    seconds = _together(ask, port, tokens, at_once, times)
    total = times + times // at_once * at_once
    web_ms, database_ms = (
        spent * 1000 / total for spent in (cpu_seconds(processes[0]) - web, seconds_since(database, processes[1]))
    )
    p50 = sorted(taken)[len(taken) // 2]
    return Figures(p50, (times // at_once * at_once) / seconds, web_ms, database_ms)


def _together(ask: Ask, port: int, tokens: Sequence[str], at_once: int, times: int) -> float:
    barrier = threading.Barrier(at_once + 1)

    def work(token: str) -> None:
        with Http(port, token) as http:
            barrier.wait()
            for _ in range(times // at_once):
                ask(http)

    with ThreadPoolExecutor(at_once) as pool:
        asked = [pool.submit(work, tokens[n % len(tokens)]) for n in range(at_once)]
        barrier.wait()
        started = time.perf_counter()
        for one in asked:
            one.result()  # raises what its thread raised
        return time.perf_counter() - started
