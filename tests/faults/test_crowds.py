"""Many at once: fifty approvals of one verdict, five hundred readers who keep their connection open."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts.audit_proof.chain import verify
from annotations.models import Approval
from annotations.services.verdicts.review import approve_verdict
from core.errors import DomainError
from factcheck.local.processes import free_port, wait_until
from tests.annotations import story
from tests.private_servers import Servers, private_servers

RACERS, READERS = 50, 500
REPORT = os.environ.get("FAULT_REPORT", "")
ROUNDS, PAGES = 6, 60
MOST = 1.3  # times the processor's time of a page with nobody else
# Prints an article, the session that asks for its page, and those of the readers, each with its article.
BEGIN = """
import django
django.setup()
from tests.events.process import session_of
from tests.annotations import story
from accounts.services import create_person
people = [
    create_person(email=f"e{n}@b.example", name=f"E {n}", roles=["editor"], password="a long enough password")
    for n in range(50)
]
articles = [story.make_article() for _ in range(20)]
for article in articles:
    story.mark(people[0], article)
print(session_of(people[0]), articles[0].pk)
for n, person in enumerate(people[1:]):
    print(session_of(person), articles[n % 20].pk)
"""


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_approve_at_once_one_does(make_user):
    verdict = story.in_review(make_user("editor"))
    reviewers = [make_user("reviewer") for _ in range(RACERS)]
    start, told = threading.Barrier(RACERS), Counter[str]()

    def approve(person: Any) -> None:
        try:
            start.wait()
            approve_verdict(person=person, verdict_id=verdict.pk, no_conflict=True, now=timezone.now())
            told["approved"] += 1
        except DomainError as refusal:
            told[refusal.code] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=[person]) for person in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told["approved"] == 1, told
    assert sum(told.values()) == RACERS, "one ended in an error that is no refusal"
    assert Approval.objects.count() == 1
    verdict.refresh_from_db()
    assert verdict.status == "approved"
    assert verify().is_intact


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(ALLOWED_HOSTS="localhost") as running:
        yield running


@pytest.mark.fault
@pytest.mark.soak
def test_five_hundred_idle_readers_leave_room_for_the_next(servers: Servers):
    """Counted: each idle connection has had an answer, and a hundred more get theirs; Postgres sees none of the idle ones."""
    servers.start_web()
    servers.wait_for_web()
    with idle_connections(servers):
        for _ in range(100):
            with closing(http.client.HTTPConnection("localhost", servers.web_port, timeout=60)) as other:
                assert ask(other, "/readyz") in {200, 503}  # 503: no worker runs here, and it says so
        (clients,) = servers.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'factcheck_app'")
        assert clients <= 8, "as many as there are threads"


@pytest.mark.fault
@pytest.mark.soak
def test_pages_cost_the_same_beside_five_hundred_open_streams_and_connections(servers: Servers):
    """The processor's time of the web server for a page, in turn with nobody else and with all of them: no clock is asked."""
    servers.env["STATIC_ROOT"] = str(servers.folder / "staticfiles")
    servers.python("manage.py", "collectstatic", "--no-input", "--verbosity=0")
    first, *others = servers.python("-c", BEGIN).splitlines()
    session, article = first.split()
    servers.start_web()
    servers.wait_for_web()
    assert servers.web
    web = psutil.Process(servers.web.pid)
    alone, beside = [], []
    with events_process(servers) as port:
        measure(servers, web, session, article)  # the first pages load what later ones only use
        for _ in range(ROUNDS):
            alone.append(measure(servers, web, session, article))
            with streams(servers, port, others), idle_connections(servers):
                beside.append(measure(servers, web, session, article))
    ratios = [one / other for one, other in zip(beside, alone, strict=True)]
    ratio = statistics.median(ratios)
    told = {"alone_ms": alone, "beside_ms": beside, "ratio": ratio}
    if REPORT:
        Path(REPORT).write_text(json.dumps(told) + "\n")
    assert ratio <= MOST, told


def measure(servers: Servers, web: psutil.Process, session: str, article: str) -> float:
    """Milliseconds of the web server's processor for a page of the reader."""
    before = processor_time(web)
    with closing(http.client.HTTPConnection("localhost", servers.web_port, timeout=60)) as connection:
        for _ in range(PAGES):
            assert ask(connection, f"/articles/{article}/", Cookie=f"sessionid={session}") == 200
    return (processor_time(web) - before) / PAGES * 1000


def processor_time(process: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))


@contextmanager
def events_process(servers: Servers) -> Iterator[int]:
    port = free_port()
    with (servers.folder / "events.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "factcheck.events", "--port", str(port)],
            env=servers.env | {"SITE_URL": f"http://localhost:{servers.web_port}"},
            cwd=settings.BASE_DIR, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        assert wait_until(lambda: is_ready(port), 60), (servers.folder / "events.log").read_text()[-2000:]
        yield port
    finally:
        process.kill()
        process.wait(10)


def is_ready(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("localhost", port, timeout=10)) as connection:
            return ask(connection, "/events/readyz") == 200
    except OSError:
        return False


@contextmanager
def streams(servers: Servers, port: int, readers: list[str]) -> Iterator[None]:
    """Open READERS event streams and leave them open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.harness.readers", str(port)],
        env=servers.env, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        lines = [readers[number % len(readers)] for number in range(READERS)]
        process.stdin.write("\n".join([*lines, "", ""]))
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        process.kill()
        process.wait(10)


@contextmanager
def idle_connections(servers: Servers) -> Iterator[None]:
    """Keep READERS connections to the web server open, each after one answer."""
    with ExitStack() as idle:
        for _ in range(READERS):
            one = idle.enter_context(closing(http.client.HTTPConnection("localhost", servers.web_port, timeout=60)))
            assert ask(one, "/robots.txt") == 200
        yield


def ask(connection: http.client.HTTPConnection, path: str, **headers: str) -> int:
    connection.request("GET", path, headers=headers)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status
