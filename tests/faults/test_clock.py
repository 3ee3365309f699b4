"""A worker's clock is an hour ahead, then an hour behind: an embargo holds, an import goes on, nothing is there twice.

The clock of the database stays right. The worker's is moved by libfaketime (Debian package `libfaketime`).
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from articles.models import ImportItem
from articles.services.leases import claim_items, runs_with_free_items
from articles.services.runs import IncomingFile, start_import
from tests.private_servers import Servers, private_servers
from tests.publishing.receiver import Receiver

LIBRARIES = [*Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), *Path("/usr/lib/faketime").glob("libfaketime.so.1")]
COUNT = 1_500
BEGIN = """
import sys, django
django.setup()
from datetime import timedelta
from django.utils import timezone
from accounts.services import create_person
from articles.services.runs import IncomingFile, start_import
from publishing.services.publish import publish_verdict
from publishing.webhooks.endpoints import create_endpoint
from tests.annotations import story
people = [
    create_person(email=f"{name}@b.example", name=name, roles=roles, password="a long enough password")
    for name, roles in (("editor", ["editor"]), ("reviewer", ["reviewer", "admin"]))
]
now = timezone.now()
create_endpoint(person=people[1], url=sys.argv[1], now=now)
verdict = story.approved(*people)
publish_verdict(person=people[1], verdict_id=verdict.pk, now=now, not_before=now + timedelta(minutes=30))
story.published(*people)
data = open(sys.argv[2], "rb").read()
start_import(person=people[0], files=[IncomingFile("a.jsonl", data)], now=now)
"""
BEAT = """
import django
django.setup()
from celery import current_app
for task in ("articles.sweep_imports", "publishing.publish_scheduled", "publishing.drain_outbox"):
    current_app.send_task(task)
"""
PUBLISH = """
import django
django.setup()
from django.utils import timezone
from publishing.services.publish import publish_all_due
print(publish_all_due(now=timezone.now()))
"""


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(FETCH_ALLOWED_HOSTS="localhost", IMPORT_LEASE_SECONDS="4") as running:
        yield running


@pytest.mark.fault
@pytest.mark.soak
@pytest.mark.skipif(not LIBRARIES, reason="libfaketime is not installed")
def test_a_clock_moved_an_hour_both_ways(servers: Servers, tmp_path: Path):
    file = tmp_path / "a.jsonl"
    texts = (
        {"url": f"https://example.org/{n}", "title": f"T {n}", "text": f"Report {n}. " * 100} for n in range(COUNT)
    )
    file.write_text("\n".join(map(json.dumps, texts)))
    right = servers.env
    with closing(Receiver()) as receiver:
        servers.python("-c", BEGIN, receiver.url, str(file))
        for hours, part in ((1, 0.3), (-1, 0.6), (0, 1.0)):
            servers.env = right | moved(hours)
            servers.start_worker()
            until(servers, partial(has_done, servers, round(COUNT * part)))
            assert servers.python("-c", PUBLISH).strip() == "0", "the embargo ended early"
            if part < 1:
                servers.kill_worker()
        until(
            servers, lambda: servers.ask("SELECT count(*) FROM publishing_delivery WHERE state <> 'delivered'") == (0,)
        )
        messages = {message.headers["webhook-id"]: json.loads(message.body) for message in receiver.messages}
    assert servers.ask("SELECT state FROM articles_importrun") == ("finished",)
    assert servers.ask("SELECT count(*), count(DISTINCT url) FROM articles_article WHERE url IS NOT NULL") == (
        COUNT,
        COUNT,
    )
    assert servers.ask("SELECT status FROM annotations_verdict WHERE not_before IS NOT NULL") == ("approved",)
    assert sum(body["type"] == "fact_check.published" for body in messages.values()) == 1
    assert servers.ask("SELECT max(at) <= now() AND min(at) > now() - interval '1 hour' FROM accounts_auditevent") == (
        True,
    )


def moved(hours: int) -> dict[str, str]:
    if not hours:
        return {}
    return {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME": f"{hours:+d}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def has_done(servers: Servers, count: int) -> bool:
    return int(servers.ask("SELECT coalesce(sum(done), 0) FROM articles_importrun")[0]) >= count


def until(servers: Servers, is_there: Callable[[], bool]) -> None:
    deadline, next_beat = time.monotonic() + 300, 0.0
    while not is_there():
        assert time.monotonic() < deadline, (servers.folder / "worker.log").read_text()[-3000:]
        if time.monotonic() > next_beat:
            next_beat = time.monotonic() + 4
            servers.python("-c", BEAT)
        time.sleep(0.1)


@pytest.mark.django_db
def test_a_lease_of_a_clock_that_ran_ahead_is_over_when_it_is_put_right(make_user):
    now = timezone.now()
    run = start_import(person=make_user("editor"), files=[IncomingFile("a.txt", b"A\n\nText")], now=now)
    assert len(claim_items(run=run, now=now + timedelta(hours=1))) == 1
    assert claim_items(run=run, now=now + timedelta(hours=1)) == []
    assert runs_with_free_items(now=now) == [run.pk]
    assert len(claim_items(run=run, now=now)) == 1
    assert ImportItem.objects.get().attempts == 2
