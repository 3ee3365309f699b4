"""Every task has a queue, every queue a worker, and none of them stands still behind another."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
import redis
import yaml
from django.conf import settings
from django.utils import timezone

from articles.search.finder_index import index_articles
from articles.services.runs import IncomingFile, start_import
from articles.tasks import enrich, index_for_finder, process_import, sweep_imports
from core.queueing import MOST_QUEUED, note_start
from factcheck.celery import app
from factcheck.queues import QUEUES, ROUTES, WORKERS
from publishing.tasks import find_repeats, index_checks_for_finder, wake_enrichment
from tests.annotations import story
from tests.private_servers import Servers, private_servers
from tests.publishing.receiver import Answer, Receiver


def test_every_task_is_in_the_table_and_every_queue_has_one_worker():
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(ROUTES)
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(ROUTES)
    taken = [queue for worker in WORKERS.values() for queue in worker.queues]
    assert sorted(taken) == sorted(QUEUES)


def test_containers_run_the_workers_of_the_table():
    services = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
    commands = [service["command"] for service in services.values() if "command" in service]
    assert sorted(name for one in commands if one[0] == "worker" for name in one[1:]) == sorted(WORKERS)


def test_workers_share_no_pages_and_no_command_line():
    """Each of them is a process that would hold a copy of much of it."""
    ask = "import sys; from factcheck import queues; queues._load(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True).stdout.split()
    assert "articles.tasks" in loaded
    assert {"factcheck.urls", "rest_framework.views", "celery.bin.celery", "prompt_toolkit"}.isdisjoint(loaded)


def test_beat_imports_no_pages():
    ask = "import sys; from factcheck.celery import app; app.loader.import_default_modules(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True).stdout.split()
    assert "django.contrib.auth.models" in loaded
    assert {"factcheck.urls", "rest_framework.views"}.isdisjoint(loaded)


@pytest.mark.django_db
def test_a_run_that_waits_is_enqueued_twice_at_most_and_again_once_it_began(make_user, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(process_import, "delay", sent.append)
    run = start_import(person=make_user("editor"), files=[IncomingFile("a.txt", b"A\n\nText")], now=timezone.now())
    for _ in range(5):
        sweep_imports()
    assert sent == [str(run.pk)] * MOST_QUEUED["articles.process_import"]
    note_start(process_import, str(run.pk))
    sweep_imports()
    sweep_imports()
    assert sent == [str(run.pk)] * (MOST_QUEUED["articles.process_import"] + 1)


@pytest.mark.django_db
def test_thirty_imports_begin_one_chain_of_enrichment_each_and_a_chain_goes_on_in_one_message(make_user, monkeypatch):
    """Counted in messages: each import once began a chain of its own, all of which went on until the last article."""
    sent: Counter[str] = Counter()
    for task in (enrich, index_for_finder):
        monkeypatch.setattr(task, "delay", partial(sent.update, [task.name]))
    person = make_user("editor")
    for number in range(30):
        files = [IncomingFile(f"{number}.txt", f"Title {number}\n\nText {number}".encode())]
        process_import(str(start_import(person=person, files=files, now=timezone.now()).pk))
    assert sent == {enrich.name: 1, index_for_finder.name: 1}
    monkeypatch.setattr("articles.tasks.ENRICH_SECONDS", -1.0)
    monkeypatch.setattr("articles.tasks.enrich_revisions", lambda: 30)
    note_start(enrich, "")
    for _ in range(3):
        enrich()
    assert sent[enrich.name] == 2


@pytest.mark.django_db
def test_waking_enrichment_again_and_again_leaves_one_message_of_each_kind(monkeypatch):
    """Counted in messages: beat sent three every twenty seconds to a worker that was busy for minutes."""
    sent: Counter[str] = Counter()
    for task in (enrich, index_for_finder, index_checks_for_finder, find_repeats):
        monkeypatch.setattr(task, "delay", partial(sent.update, [task.name]))
    for _ in range(30):
        wake_enrichment()
    assert set(sent.values()) == {1}
    assert {ROUTES[name] for name in sent} == {"enrichment"}
    asked_by_beat = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert not set(sent) & set(asked_by_beat), "beat does not ask whether one is waiting"


@pytest.mark.django_db
def test_repeats_wait_until_words_are_indexed(monkeypatch):
    """They take Postgres long: beside them ten thousand articles were searched for in vain for minutes."""
    turns: Counter[str] = Counter()

    def compare(**_given: Any) -> int:
        turns["compared"] += 1
        return 0

    monkeypatch.setattr("publishing.tasks.compare_articles", compare)
    article = story.make_article()
    story.note_changed([article.pk])
    find_repeats()
    assert not turns
    while index_articles():
        pass
    find_repeats()
    assert turns["compared"] == 1


BEGIN = """
import sys, django
django.setup()
from datetime import timedelta
from django.contrib.auth.models import Group
from django.utils import timezone
from accounts.audit import acting
from accounts.models import User
from annotations.models import Verdict
from articles.services.runs import IncomingFile, start_import
from publishing.links import api_url
from publishing.models import Delivery, ExportRun
from publishing.services.publish import publish_verdict
from publishing.webhooks.endpoints import create_endpoint
from publishing.webhooks.outbox import payload
from tests.annotations import story
people = []
for email, roles in (("editor", ["editor"]), ("reviewer", ["reviewer", "admin"])):
    person = User.objects.create_user(email=f"{email}@b.example", name=email, password="a long enough password")
    person.groups.set(Group.objects.filter(name__in=roles))
    people.append(person)
verdict = story.approved(*people)
now = timezone.now()
publish_verdict(person=people[1], verdict_id=verdict.pk, now=now, not_before=now + timedelta(hours=1))
with acting(people[1]):
    Verdict.objects.filter(pk=verdict.pk).update(not_before=now - timedelta(seconds=1))
run = ExportRun.objects.create(kind="csv", created_by=people[1])
body = payload("export.ready", at=now, object_id=run.pk, url=api_url(f"exports/{run.pk}"))
for url, count in ((sys.argv[1], 200), (sys.argv[2], 20)):
    made = create_endpoint(person=people[1], url=url, events=["export.ready"], now=now).endpoint
    Delivery.objects.bulk_create(Delivery(endpoint=made, event="export.ready", body=body, next_at=now) for _ in range(count))
start_import(person=people[0], files=[IncomingFile("a.txt", b"Bridge opens\\n\\nThe bridge opened.", "text/plain")], now=now)
"""
BEAT = """
import json, sys, django
django.setup()
from celery import current_app
for task in json.loads(sys.argv[1]):
    current_app.send_task(task)
"""
DONE = """
SELECT (SELECT count(*) FROM publishing_deliveryattempt a JOIN publishing_delivery d ON d.id = a.delivery_id
        JOIN publishing_webhookendpoint e ON e.id = d.endpoint_id WHERE e.url LIKE '%%/dead'),
    (SELECT count(*) FROM publishing_delivery WHERE state = 'delivered'),
    (SELECT count(*) FROM articles_importrun WHERE state = 'finished'),
    (SELECT count(*) FROM publishing_factcheck WHERE state = 'published')
"""


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(FETCH_ALLOWED_HOSTS="localhost") as running:
        with (running.folder / "workers.log").open("w") as log:
            command = [sys.executable, "-m", "factcheck.queues", *WORKERS]
            workers = subprocess.Popen(command, env=running.env, start_new_session=True, stdout=log, stderr=log)
        try:
            yield running
        finally:
            os.killpg(workers.pid, signal.SIGKILL)
            workers.wait(10)


@pytest.mark.fault
def test_a_receiver_that_never_answers_stops_nothing_else(servers: Servers) -> None:
    """200 messages wait for it: all else is done before the second of them has ended. Counted, not timed."""
    broker = redis.Redis.from_url(servers.redis.url)
    with closing(Receiver()) as dead, closing(Receiver()) as healthy:
        dead.usual = Answer(0, stall=600)
        servers.python("-c", BEGIN, dead.url.replace("/hook", "/dead"), healthy.url)
        _until(lambda: all(broker.exists(f"factcheck:worker:heartbeat:{name}") for name in QUEUES), servers)
        beat = [
            "publishing.drain_outbox",
            "publishing.drain_outbox",
            "articles.sweep_imports",
            "publishing.publish_scheduled",
        ]
        servers.python("-c", BEAT, json.dumps(beat))
        waiting = []

        def is_done() -> bool:
            waiting.append(broker.llen("webhooks"))
            return servers.ask(DONE)[1:] == (20, 1, 1)

        _until(is_done, servers)
        ended = servers.ask(DONE)[0]
    assert ended < 2, "the import, the other endpoint or the publication waited for the dead receiver"
    assert len(dead.messages) == 2
    assert max(waiting) <= 4, "two an endpoint"


def _until(is_there: Callable[[], object], servers: Servers) -> None:
    deadline = time.monotonic() + 120
    while not is_there():
        logs = "".join(path.read_text()[-1500:] for path in servers.folder.glob("*.log"))
        assert time.monotonic() < deadline, f"{servers.ask(DONE)}\n{logs}"
        time.sleep(0.1)
