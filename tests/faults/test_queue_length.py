"""Four writers publish for five minutes while one endpoint is dead, one is slow and one healthy: no queue grows.

Counted each second, while somebody imports an article every ten. `FAULT_SECONDS` sets another length. What was counted is
written to `FAULT_REPORT`, if that names a file.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings

from factcheck.local.processes import wait_until
from factcheck.queues import QUEUES, WORKERS
from publishing.webhooks.retries import OPENS_AFTER
from tests.private_servers import Servers, private_servers
from tests.publishing.receiver import Answer, Receiver

SECONDS = int(os.environ.get("FAULT_SECONDS", "300"))
REPORT = os.environ.get("FAULT_REPORT", "")
BEGIN = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.services import create_person
from publishing.webhooks.endpoints import create_endpoint
people = [
    create_person(email=f"{name}@b.example", name=name, roles=roles, password="a long enough password")
    for name, roles in (("editor", ["editor"]), ("reviewer", ["reviewer", "admin"]))
]
for url in sys.argv[1:]:
    create_endpoint(person=people[1], url=url, now=timezone.now())
"""
WRITE = """
import sys, django
django.setup()
from pathlib import Path
from accounts.models import User
from publishing.tasks import wake_outbox
from tests.annotations import story
editor, reviewer = (User.objects.get(email=f"{name}@b.example") for name in ("editor", "reviewer"))
while not Path(sys.argv[1]).exists():
    story.published(editor, reviewer)
    wake_outbox()
"""
IMPORT = """
import sys, time, django
django.setup()
from itertools import count
from pathlib import Path
from django.utils import timezone
from accounts.models import User
from articles.services.runs import IncomingFile, start_import
from articles.tasks import process_import
editor = User.objects.get(email="editor@b.example")
for number in count():
    if Path(sys.argv[1]).exists():
        break
    file = IncomingFile(f"{number}.txt", f"Title {number}\\n\\nReport {number}.".encode())
    run = start_import(person=editor, files=[file], now=timezone.now())
    process_import.delay(str(run.pk))
    time.sleep(10)
"""
BEAT = [sys.executable, "-m", "celery", "-A", "factcheck", "beat", "--pidfile=", "--loglevel", "WARNING", "--schedule"]
DELIVERED = """
SELECT e.url, count(*), count(*) FILTER (WHERE d.state = 'delivered') FROM publishing_delivery d
JOIN publishing_webhookendpoint e ON e.id = d.endpoint_id GROUP BY 1
"""
# Failures in a row of each endpoint, and whether its breaker is open.
BREAKERS = """
SELECT e.url, h.failures, coalesce(h.paused_until > now(), false) FROM publishing_endpointhealth h
JOIN publishing_webhookendpoint e ON e.id = h.endpoint_id
"""
IMPORTS = """
SELECT count(*), count(*) FILTER (WHERE state = 'finished' AND failed = 0),
    coalesce(max(extract(epoch FROM started_at - created_at)), 0)::float8,
    coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - created_at)), 0)::float8
FROM articles_importrun
"""

pytestmark = [pytest.mark.fault, pytest.mark.soak]


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(FETCH_ALLOWED_HOSTS="localhost") as running, ExitStack() as ended:
        for command in (["-m", "factcheck.queues", *WORKERS], [*BEAT[1:], str(running.folder / "beat")]):
            start(running, ended, command)
        yield running


def start(servers: Servers, ended: ExitStack, arguments: list[str]) -> None:
    with (servers.folder / "processes.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=servers.env, cwd=settings.BASE_DIR, start_new_session=True, stdout=log, stderr=log,
        )  # fmt: skip

    def end() -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    ended.callback(end)


def test_no_queue_grows(servers: Servers):
    broker = redis.Redis.from_url(servers.redis.url)
    stop, lengths = servers.folder / "stop", []
    with ExitStack() as open_:
        dead, slow, healthy = (open_.enter_context(closing(Receiver())) for _ in range(3))
        dead.usual, slow.usual = Answer(0, stall=600), Answer(204, stall=3)
        servers.python("-c", BEGIN, dead.url, slow.url, healthy.url)
        wait_for_workers(broker)
        for _ in range(4):
            start(servers, open_, ["-c", WRITE, str(stop)])
        start(servers, open_, ["-c", IMPORT, str(stop)])
        for _ in range(SECONDS):
            lengths.append({name: broker.llen(name) for name in QUEUES})
            time.sleep(1)
        stop.touch()
        for _ in range(60):
            lengths.append({name: broker.llen(name) for name in QUEUES})
            time.sleep(1)
        # On a busy machine four writers are faster than two deliveries at a time: what is left then arrives without them.
        wait_until(lambda: has_all(servers, healthy), 300)
        told = outcome(servers, lengths, {"dead": dead, "slow": slow, "healthy": healthy})
    if REPORT:
        Path(REPORT).write_text(json.dumps(told | {"lengths": lengths}) + "\n")
    assert told["longest"]["webhooks"] <= 2 * 3, "two an endpoint"
    assert told["longest"]["publishing"] <= 10, told["longest"]
    for name in QUEUES:
        early, late = told["thirds"][name]
        assert late <= early + 4, f"{name} grows while four write"
        assert lengths[-1][name] <= 4, f"{name}: something is still waiting a minute after the last write"
    wanted, got = told["healthy"]
    assert got == wanted > 0, f"the healthy endpoint waits for the others: {told}"
    begun, finished, *_ = told["imports"]
    assert finished == begun > 0, "an import waits for the others"
    assert told["breakers"]["dead"][0] >= OPENS_AFTER, "the breaker of the dead endpoint never opened"
    assert told["breakers"]["healthy"] == (0, False)


def has_all(servers: Servers, receiver: Receiver) -> bool:
    with servers.connect() as database:
        found = {url: (wanted, got) for url, wanted, got in database.execute(DELIVERED).fetchall()}
    wanted, got = found[receiver.url]
    return bool(wanted == got)


def outcome(servers: Servers, lengths: list[dict[str, int]], receivers: dict[str, Receiver]) -> dict[str, Any]:
    names = {receiver.url: name for name, receiver in receivers.items()}
    with servers.connect() as database:
        delivered = {names[url]: (count, good) for url, count, good in database.execute(DELIVERED).fetchall()}
        breakers = {names[url]: (failures, is_open) for url, failures, is_open in database.execute(BREAKERS).fetchall()}
    third = SECONDS // 3
    return {
        "longest": {name: max(one[name] for one in lengths) for name in QUEUES},
        "mean": {name: round(statistics.mean(one[name] for one in lengths), 1) for name in QUEUES},
        # The mean of the first and the last third of the writing: a queue that grows has more waiting in the last.
        "thirds": {
            name: tuple(
                round(statistics.mean(one[name] for one in part), 2)
                for part in (lengths[:third], lengths[SECONDS - third : SECONDS])
            )
            for name in QUEUES
        },
        "imports": servers.ask(IMPORTS),
        "breakers": {name: breakers.get(name, (0, False)) for name in receivers},
        "published": servers.ask("SELECT count(*) FROM publishing_factcheck")[0],
        **delivered,
    }


def wait_for_workers(broker: redis.Redis) -> None:
    deadline = time.monotonic() + 180
    while not all(broker.exists(f"factcheck:worker:heartbeat:{name}") for name in QUEUES):
        assert time.monotonic() < deadline, "the workers did not start"
        time.sleep(0.2)
