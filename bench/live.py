"""500 open readers: what they cost the pages beside them, in memory, in database connections, and how soon they hear.

Reach: pages at most 1.3 times as slow as without readers, no database connection of the events process, a change told to
all within a second. `LIVE_BENCH_READERS` sets another number.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import psutil

from bench.harness.scratch import make_person, scratch_desk
from bench.harness.server import Http, serving
from factcheck.local.processes import free_port, stop_process, wait_until

READERS = int(os.environ.get("LIVE_BENCH_READERS", "500"))
ARTICLES = 50
TURNS = 4
PAGES_A_TURN = 30
EDITS_A_SECOND = 2.0


def run() -> None:
    with scratch_desk() as scratch, ExitStack() as stack:
        os.environ["EVENTS_MAX_STREAMS_PER_PERSON"] = "1000"
        articles, session, sessions = _make_desk()
        _collect_static(scratch.folder)
        web = stack.enter_context(serving(scratch.folder))
        port = stack.enter_context(_events(scratch.folder))
        events = _process_on(port)
        page = Page(web, session, articles[0])
        _measure(page, port, events, articles, sessions)


class Page:
    """The reader of one article, asked for as a browser does that is signed in."""

    def __init__(self, port: int, session: str, article: str) -> None:
        self._http = Http(port, headers={"Cookie": f"sessionid={session}"})
        self._path = f"/articles/{article}/"

    def median(self) -> float:
        taken = []
        for _ in range(PAGES_A_TURN):
            started = time.perf_counter()
            self._http.get(self._path)
            taken.append((time.perf_counter() - started) * 1000)
        return statistics.median(taken)


def _measure(page: Page, port: int, events: psutil.Process, articles: list[str], sessions: list[str]) -> None:
    page.median()
    memory = _megabytes(events)
    alone, beside = [], []
    for _ in range(TURNS):
        alone.append(page.median())
        with _readers(port, articles, sessions) as readers:
            with _edits(articles):
                beside.append(page.median())
            full, connections = _megabytes(events), _database_connections(events)
            time.sleep(1)  # what the edits sent has arrived
            used = _cpu_of(events, readers.wait_for_notice)
    ratios = sorted(b / a for a, b in zip(alone, beside, strict=True))
    print(
        f"page of the reader alone {statistics.median(alone):.1f} ms, beside {READERS} open readers"
        f" {statistics.median(beside):.1f} ms: ratio {statistics.median(ratios):.2f} (at most 1.3)"
    )
    print(f"memory of the events process {memory:.0f} MB, with {READERS} streams {full:.0f} MB")
    print(f"database connections of the events process while it waits: {connections}")
    print(f"told to the last of {READERS}: {used[1]:.0f} ms after the change; {used[0]:.0f} ms of its processor")


def _make_desk() -> tuple[list[str], str, list[str]]:
    from tests.annotations import story
    from tests.events.process import session_of

    editor = make_person("editor")
    articles = [story.make_article() for _ in range(ARTICLES)]
    for article in articles:
        story.mark(editor, article)
    people = [make_person("editor") for _ in range(READERS // 10)]
    return [str(one.pk) for one in articles], session_of(editor), [session_of(one) for one in people]


def _collect_static(folder: Path) -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, check=True, env=os.environ | {"STATIC_ROOT": str(folder / "staticfiles")})


@contextmanager
def _events(folder: Path) -> Iterator[int]:
    port = free_port()
    with (folder / "events.log").open("w") as log:
        command = [sys.executable, "-m", "factcheck.events", "--port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        assert wait_until(lambda: _answers(port), 60), (folder / "events.log").read_text()[-2000:]
        yield port
    finally:
        stop_process(process.pid, [(signal.SIGTERM, 10), (signal.SIGKILL, 5)])
        process.wait()


def _answers(port: int) -> bool:
    try:
        with Http(port) as http:
            return bool(http.get("/events/readyz"))
    except (OSError, RuntimeError):
        return False


def _process_on(port: int) -> psutil.Process:
    mine = psutil.Process().children(recursive=True)
    (found,) = [one for one in mine if str(port) in one.cmdline() and "factcheck.events" in one.cmdline()]
    return found


class Readers:
    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout

    def wait_for_notice(self) -> float:
        """Change something; return the milliseconds until the last reader heard of it."""
        from core.notices import publish

        self._stdin.write("next\n")
        self._stdin.flush()
        assert self._stdout.readline().strip() == "listening"
        publish({"type": "changed", "claim": f"bench {time.perf_counter()}"})
        return float(self._stdout.readline())


@contextmanager
def _readers(port: int, articles: list[str], sessions: list[str]) -> Iterator[Readers]:
    command = [sys.executable, "-m", "bench.harness.readers", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    for number in range(READERS):
        process.stdin.write(f"{sessions[number % len(sessions)]} {articles[number % len(articles)]}\n")
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == "ready"
    try:
        yield Readers(process.stdin, process.stdout)
    finally:
        process.kill()
        process.wait()


@contextmanager
def _edits(articles: list[str]) -> Iterator[None]:
    """Notices of edits all over the desk, as a busy afternoon sends them."""
    code = (
        "import sys, time; from bench.harness.scratch import configure; configure(); from core.notices import publish\n"
        "for n in range(10**6):\n"
        "    publish({'type': 'changed', 'article': sys.argv[2:][n % len(sys.argv[2:])]}); time.sleep(1 / float(sys.argv[1]))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(EDITS_A_SECOND), *articles])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _cpu_of(process: psutil.Process, act: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of the process's processor that the act cost, and the act's result."""
    before = sum(process.cpu_times()[:2])
    result = act()
    return (sum(process.cpu_times()[:2]) - before) * 1000, result


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1024**2


def _database_connections(process: psutil.Process) -> int:
    from django.conf import settings

    port = int(settings.DATABASES["default"]["PORT"])
    found = [one for one in process.net_connections("tcp") if one.raddr and one.raddr.port == port]
    return len(found)
