"""The feed and its webhooks while the worker and Redis are killed with -9 again and again: nothing is skipped, nothing lost.

On servers of its own; `FEED_FAULT_CHANGES` sets the size.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from celery import Celery
from django.conf import settings

from tests.private_servers import Servers, private_servers
from tests.publishing.receiver import Answer, Receiver

COUNT = int(os.environ.get("FEED_FAULT_CHANGES", "2000" if os.environ.get("FACTCHECK_SOAK") else "100"))
PATIENCE = 180.0
CHURN = (
    "import django, faulthandler; faulthandler.dump_traceback_later(170, exit=True); django.setup();"
    " from tests.publishing.churn import main; main()"
)
BEGIN = """
import sys, django
django.setup()
from django.utils import timezone
from accounts.services import create_person
from publishing.webhooks.endpoints import create_endpoint
for email, roles in (("editor", ["editor"]), ("reviewer", ["reviewer", "admin"])):
    person = create_person(email=f"{email}@b.example", name=email, roles=roles, password="a long enough password")
create_endpoint(person=person, url=sys.argv[1], now=timezone.now())
"""
PASS_LEASES = "UPDATE publishing_delivery SET lease_until = now() WHERE state = 'pending'"

pytestmark = pytest.mark.fault


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(FETCH_ALLOWED_HOSTS="localhost", ALLOWED_HOSTS="testserver,localhost") as running:
        yield running


def test_every_change_reaches_readers_and_the_endpoint(servers: Servers) -> None:
    with closing(Receiver()) as receiver:
        receiver.usual = Answer(204, stall=0.02)  # so that a kill finds a delivery under way
        servers.python("-c", BEGIN, receiver.url)
        beat = Celery(broker=servers.redis.url, set_as_current=False)
        servers.start_worker()
        _until(lambda: beat.control.ping(timeout=0.5), servers)
        said = _churn_while_killing(servers)
        assert f"{COUNT} changes" in said
        _drain(servers, beat)
        heard = defaultdict(set)
        for message in receiver.messages:
            heard[message.headers["webhook-id"]].add(message.body)
    assert servers.ask("SELECT count(*), count(DISTINCT change_id) FROM publishing_delivery") == (COUNT, COUNT)
    assert len(heard) == COUNT
    assert all(len(bodies) == 1 for bodies in heard.values())
    assert len({json.loads(body)["data"]["seq"] for (body,) in heard.values()}) == COUNT


def _churn_while_killing(servers: Servers) -> str:
    """Kill the worker, then Redis, while writers and readers check themselves. Returns their last words."""
    log = servers.folder / "churn.log"
    with log.open("w") as file:
        churn = subprocess.Popen(
            [sys.executable, "-c", CHURN, str(COUNT)],
            env=servers.env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=file, text=True,
        )  # fmt: skip
    try:
        _until(lambda: _count(servers, "publishing_deliveryattempt") > COUNT / 20, servers)
        servers.kill_worker()
        servers.start_worker()
        _until(lambda: _count(servers, "publishing_change") > COUNT / 2, servers)
        servers.kill_redis()
        said, _ = churn.communicate(timeout=PATIENCE)
    finally:
        churn.kill()
    assert churn.returncode == 0, log.read_text()[-3000:]
    return said


def _drain(servers: Servers, beat: Celery) -> None:
    """Do as beat and a supervisor do until every delivery is over; the two minutes of a dead worker's lease are skipped."""
    next_sweep = 0.0

    def is_over() -> bool:
        nonlocal next_sweep
        if time.monotonic() > next_sweep:
            _look_after(servers)
            servers.run(PASS_LEASES)
            beat.send_task("publishing.drain_outbox", queue="publishing", ignore_result=True)
            next_sweep = time.monotonic() + 5
        return _count(servers, "publishing_delivery WHERE state = 'delivered'") == COUNT

    _until(is_over, servers)


def _count(servers: Servers, what: str) -> int:
    return int(servers.ask(f"SELECT count(*) FROM {what}")[0])


def _until(is_there: Callable[[], object], servers: Servers) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_there():
        assert time.monotonic() < deadline, (servers.folder / "worker.log").read_text()[-3000:]
        time.sleep(0.05)


def _look_after(servers: Servers) -> None:
    """As a supervisor does: a worker that died, or that ended when Redis went, is started again."""
    if servers.worker and servers.worker.poll() is not None:
        servers.start_worker()
