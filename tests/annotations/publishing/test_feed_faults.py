"""The feed and its webhooks while the worker and Redis are killed with -9 again and again: nothing is skipped, nothing lost.

On servers of its own; `FEED_FAULT_CHANGES` sets the size.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings

from tests.annotations.publishing.receiver import Answer, Receiver
from tests.private_servers import Servers, private_servers

COUNT = int(os.environ.get("FEED_FAULT_CHANGES", "2000" if os.environ.get("FACTCHECK_SOAK") else "150"))
PATIENCE = 180.0
CHURN = "import django; django.setup(); from tests.annotations.publishing.churn import main; main()"
BEGIN = """
import sys, django
django.setup()
from django.contrib.auth.models import Group
from django.utils import timezone
from accounts.models import User
from annotations.services.webhooks import create_endpoint
for role in ("editor", "reviewer", "admin"):
    person = User.objects.create_user(email=f"{role}@b.example", name=role, password="a long enough password")
    person.groups.add(Group.objects.get(name=role))
create_endpoint(person=person, url=sys.argv[1], now=timezone.now())
"""
PASS_LEASES = "UPDATE annotations_delivery SET lease_until = now() WHERE state = 'pending'"
SWEEP = "import django; django.setup(); from annotations.publishing_tasks import drain_outbox; drain_outbox.delay()"

pytestmark = pytest.mark.fault


@pytest.fixture
def servers() -> Iterator[Servers]:
    with private_servers(FETCH_ALLOWED_HOSTS="localhost", ALLOWED_HOSTS="testserver,localhost") as running:
        yield running


def test_every_change_reaches_readers_and_the_endpoint(servers: Servers) -> None:
    with closing(Receiver()) as receiver:
        receiver.usual = Answer(204, stall=0.05)  # so that a kill finds a delivery under way
        servers.python("-c", BEGIN, receiver.url)
        servers.start_worker()
        said = _churn_while_killing(servers)
        assert f"{COUNT} changes" in said
        _drain(servers)
        heard = defaultdict(set)
        for message in receiver.messages:
            heard[message.headers["webhook-id"]].add(message.body)
    assert servers.ask("SELECT count(*), count(DISTINCT change_id) FROM annotations_delivery") == (COUNT, COUNT)
    assert len(heard) == COUNT
    assert all(len(bodies) == 1 for bodies in heard.values())
    assert len({json.loads(body)["data"]["seq"] for (body,) in heard.values()}) == COUNT


def _churn_while_killing(servers: Servers) -> str:
    """Writers and readers check themselves; meanwhile the worker dies twice and Redis once. What they said at the end."""
    churn = subprocess.Popen(
        [sys.executable, "-c", CHURN, str(COUNT)],
        env=servers.env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        for share, kill in ((0.2, servers.kill_worker), (0.4, servers.kill_redis), (0.7, servers.kill_worker)):
            _wait_for_changes(servers, churn, share * COUNT)
            kill()
            _look_after(servers)
        said, complaints = churn.communicate(timeout=PATIENCE)
    finally:
        churn.kill()
    assert churn.returncode == 0, complaints[-3000:]
    return said


def _wait_for_changes(servers: Servers, churn: "subprocess.Popen[str]", count: float) -> None:
    deadline = time.monotonic() + PATIENCE
    while servers.ask("SELECT count(*) FROM annotations_change")[0] < count:
        assert churn.poll() is None, churn.communicate()[1][-3000:]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _drain(servers: Servers) -> None:
    """What beat and a supervisor do, until every delivery is over; the two minutes of a dead worker's lease are skipped."""
    deadline = time.monotonic() + PATIENCE
    servers.run(PASS_LEASES)
    while servers.ask("SELECT count(*) FROM annotations_delivery WHERE state = 'delivered'")[0] < COUNT:
        assert time.monotonic() < deadline, (servers.folder / "worker.log").read_text()[-3000:]
        _look_after(servers)
        servers.python("-c", SWEEP, check=False)  # a broker that is not back yet is asked again
        time.sleep(1)


def _look_after(servers: Servers) -> None:
    """As a supervisor does: a worker that died, or that ended when Redis went, is started again."""
    if servers.worker and servers.worker.poll() is not None:
        servers.start_worker()
