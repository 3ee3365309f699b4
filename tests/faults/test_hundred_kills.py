"""Worker, web server, Redis and Postgres killed with -9 a hundred times each, in mid-import and mid-delivery.

Nothing acknowledged is lost, nothing is there twice, a reader of the feed ends in the source's state. `FAULT_KILLS` sets the
number of kills of each; what has happened so far stands in `FAULT_REPORT`, if that names a file.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError

from tests.private_servers import Servers, private_servers
from tests.publishing.receiver import Answer, Receiver

KILLS = int(os.environ.get("FAULT_KILLS", "100" if os.environ.get("FACTCHECK_SOAK") else "3"))
REPORT = os.environ.get("FAULT_REPORT", "")
PATIENCE = 300.0
BEGIN = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.services import create_person, create_token
from publishing.webhooks.endpoints import create_endpoint
for email, roles in (("editor", ["editor"]), ("reviewer", ["reviewer", "admin"])):
    person = create_person(email=f"{email}@b.example", name=email, roles=roles, password="a long enough password")
create_endpoint(person=person, url=sys.argv[1], now=timezone.now())
_, token = create_token(creator=person, user=person, name="CMS", scopes=["feed:read"], now=timezone.now(), rate=10_000)
print(token)
"""
RETRY = """
import django
django.setup()
from django.utils import timezone
from accounts.models import User
from articles.models import ImportRun
from articles.services.runs import retry_failed
failed = list(ImportRun.objects.filter(failed__gt=0))
for run in failed:
    retry_failed(run_id=run.pk, person=User.objects.get(email="editor@b.example"), now=timezone.now())
print(len(failed))
"""
WRITE = "import django; django.setup(); from tests.faults.writer import main; main()"
SWEEPS = (("publishing.drain_outbox", "publishing"), ("articles.sweep_imports", "publishing"))
IN_FLIGHT = """
SELECT (SELECT count(*) FROM articles_importrun WHERE state IN ('queued', 'running')),
    (SELECT count(*) FROM publishing_delivery WHERE state = 'pending' AND lease_until > now())
"""
PASS_LEASES = "UPDATE publishing_delivery SET lease_until = now() WHERE state = 'pending' AND lease_until > now()"

pytestmark = [pytest.mark.fault, pytest.mark.soak]


@pytest.fixture
def servers() -> Iterator[Servers]:
    hosts = "testserver,localhost"
    with private_servers(FETCH_ALLOWED_HOSTS="localhost", ALLOWED_HOSTS=hosts, IMPORT_LEASE_SECONDS="4") as running:
        yield running


class Reader(threading.Thread):
    """A CMS: follows the feed over HTTP, whatever is killed, and keeps a copy."""

    def __init__(self, servers: Servers, token: str) -> None:
        super().__init__(daemon=True)
        self.base = f"http://localhost:{servers.web_port}"
        self.token, self.address = token, f"{self.base}/api/v1/changes?kind=fact_check"
        self.copy: dict[str, str] = {}
        self.last = self.pages = self.refused = 0
        self.is_over = threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        while not self.is_over.is_set():
            try:
                self.poll()
            except OSError:  # no server, or an answer that says to come back
                self.refused += 1
            except BaseException as error:  # noqa: BLE001 -- told by the test
                self.failure = error
                return
            time.sleep(0.2)

    def poll(self) -> bool:
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.address, headers=headers)  # noqa: S310 -- our own server
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- our own server
            page = json.load(answer)
        for item in page["items"]:
            assert item["seq"] > self.last, "the feed went back"
            self.last = item["seq"]
            if item["state"] == "deleted":
                self.copy.pop(item["id"], None)
            else:
                self.copy[item["id"]] = item["data"]["etag"]
        self.address = self.base + page["next"].partition("/api/v1")[1] + page["next"].partition("/api/v1")[2]
        self.pages += 1
        return bool(page["has_more"])


class Killer:
    """Kill one process after the other while something is under way; start again what ended."""

    def __init__(self, servers: Servers, beat: Celery) -> None:
        self.servers, self.beat = servers, beat
        self.killed: Counter[str] = Counter()
        self.dice = random.Random(7)
        self.next_sweep = 0.0

    def run(self) -> None:
        kill: dict[str, Callable[[], None]] = {
            "worker": self._kill_worker,
            "web": self._kill_web,
            "redis": self.servers.kill_redis,
            "postgres": self.servers.kill_postgres,
        }
        for turn in range(KILLS):
            for name, act in kill.items():
                imports, deliveries = self._wait_until_in_flight(is_of_deliveries=turn % 2 == 1)
                time.sleep(self.dice.random() * 0.1)
                act()
                self.killed[name] += 1
                self.killed["in mid-import"] += imports > 0
                self.killed["in mid-delivery"] += deliveries > 0
                report(self.killed)

    def look_after(self) -> None:
        """Do as beat and a supervisor do; the two minutes of a dead worker's lease are skipped."""
        if self.servers.worker and self.servers.worker.poll() is not None:
            self.servers.start_worker()
        if time.monotonic() < self.next_sweep:
            return
        self.next_sweep = time.monotonic() + 2
        try:
            self.servers.run(PASS_LEASES)
            for name, queue in SWEEPS:
                self.beat.send_task(name, queue=queue, ignore_result=True, retry=False)
        except (psycopg.OperationalError, BrokerError, OSError):
            return  # comes back, and is asked again

    def _wait_until_in_flight(self, *, is_of_deliveries: bool) -> tuple[int, int]:
        deadline = time.monotonic() + PATIENCE
        while True:
            self.look_after()
            try:
                imports, deliveries = self.servers.ask(IN_FLIGHT)
            except psycopg.OperationalError:
                imports = deliveries = 0
            if deliveries if is_of_deliveries else imports:
                return imports, deliveries
            assert time.monotonic() < deadline, (self.servers.folder / "worker.log").read_text()[-3000:]
            time.sleep(0.05)

    def _kill_worker(self) -> None:
        self.servers.kill_worker()
        self.servers.start_worker()

    def _kill_web(self) -> None:
        self.servers.kill_web()
        self.servers.start_web()


def report(figures: Any) -> None:
    if REPORT:
        Path(REPORT).write_text(json.dumps(figures) + "\n")


def test_nothing_is_lost_or_doubled(servers: Servers) -> None:
    with closing(Receiver()) as receiver:
        receiver.usual = Answer(204, stall=0.3)  # so that a kill finds deliveries under way
        token = servers.python("-c", BEGIN, receiver.url).strip().splitlines()[-1]
        servers.start_worker()
        servers.start_web()
        notes, stop = servers.folder / "notes.jsonl", servers.folder / "stop"
        killer, reader = Killer(servers, Celery(broker=servers.redis.url, set_as_current=False)), Reader(servers, token)
        reader.start()
        with (servers.folder / "writer.log").open("w") as log:
            writer = subprocess.Popen(
                [sys.executable, "-c", WRITE, str(notes), str(stop)], env=servers.env, cwd=settings.BASE_DIR, stderr=log
            )
        try:
            killer.run()
            stop.touch()
            assert writer.wait(60) == 0, (servers.folder / "writer.log").read_text()[-3000:]
        finally:
            writer.kill()
        _drain(servers, killer)
        reader.is_over.set()
        reader.join(30)
        assert reader.failure is None
        _catch_up(reader)
        told = [json.loads(line) for line in notes.read_text().splitlines()]
        report(dict(killer.killed) | _check(servers, told, receiver, reader))


def _drain(servers: Servers, killer: Killer) -> None:
    """Wait until all is done. A file that ended five workers has failed, and a person tries it again.

    Such a file may be noticed only now, when the lease of the last of the five is over.
    """
    while True:
        _wait_until_done(servers, killer)
        tried_again = int(servers.python("-c", RETRY).strip().splitlines()[-1])
        if not tried_again:
            return
        killer.killed["imports tried again"] += tried_again


def _wait_until_done(servers: Servers, killer: Killer) -> None:
    deadline = time.monotonic() + 2 * PATIENCE
    waiting = (
        "SELECT (SELECT count(*) FROM articles_importrun WHERE state NOT IN ('finished', 'failed', 'cancelled')),"
        " (SELECT count(*) FROM publishing_change WHERE seq IS NULL),"
        " (SELECT count(*) FROM publishing_delivery WHERE state <> 'delivered')"
    )
    while servers.ask(waiting) != (0, 0, 0):
        killer.look_after()
        servers.run(
            "DELETE FROM publishing_endpointhealth"
        )  # what the breaker made of the kills is not what is asked here
        servers.run("UPDATE publishing_delivery SET next_at = now() WHERE state = 'pending' AND next_at > now()")
        assert time.monotonic() < deadline, (
            f"{servers.ask(waiting)} {(servers.folder / 'worker.log').read_text()[-3000:]}"
        )
        time.sleep(0.5)


def _catch_up(reader: Reader) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if not reader.poll():
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError("the web server did not come back")


def _check(servers: Servers, told: list[dict[str, Any]], receiver: Receiver, reader: Reader) -> dict[str, int]:
    with servers.connect() as database:

        def rows(query: str) -> list[Any]:
            return database.execute(query).fetchall()

        articles = Counter(url for (url,) in rows("SELECT url FROM articles_article WHERE url IS NOT NULL"))
        runs = dict(rows("SELECT id::text, created FROM articles_importrun"))
        changes = Counter(rows("SELECT object_id::text, reason FROM publishing_change"))
        checks = dict(rows("SELECT id::text, etag FROM publishing_factcheck WHERE state = 'published'"))
        told_of = "SELECT change_id FROM publishing_delivery WHERE change_id IS NOT NULL"  # the others tell of imports
        deliveries = Counter(change for (change,) in rows(told_of))
        ids = {delivery for (delivery,) in rows("SELECT id::text FROM publishing_delivery")}
    wanted = [url for one in told if one["kind"] == "import" for url in one["urls"]]
    sure = Counter((one["fact_check"], one["reason"]) for one in told if one["kind"] == "change" and one["is_sure"])
    assert {url: articles[url] for url in wanted if articles[url] != 1} == {}, "an article is lost or there twice"
    assert all(runs[one["run"]] == len(one["urls"]) for one in told if one["kind"] == "import")
    assert {key: changes[key] for key, count in sure.items() if changes[key] < count} == {}, "a change is lost"
    assert set(deliveries.values()) == {1}
    assert len(deliveries) == sum(changes.values())
    heard: dict[str, set[bytes]] = {}
    for message in receiver.messages:
        heard.setdefault(message.headers["webhook-id"], set()).add(message.body)
    assert set(heard) == ids, "the endpoint was told of what is none, or not told"
    assert all(len(bodies) == 1 for bodies in heard.values())
    assert reader.copy == checks, "the reader of the feed missed something"
    return {
        "articles": len(wanted), "imports": len(runs), "changes": sum(changes.values()), "deliveries": len(ids),
        "messages": len(receiver.messages), "pages": reader.pages, "refused": reader.refused,
    }  # fmt: skip
