"""Many at once: fifty approvals of one verdict, five hundred readers who keep their connection open."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.audit_proof.chain import verify
from annotations.models import Approval
from annotations.services.verdicts.review import approve_verdict
from core.errors import DomainError
from tests.annotations import story
from tests.private_servers import Servers, private_servers

RACERS, READERS = 50, 500


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
    with ExitStack() as idle:
        for _ in range(READERS):
            one = idle.enter_context(closing(http.client.HTTPConnection("localhost", servers.web_port, timeout=60)))
            assert ask(one, "/robots.txt") == 200
        for _ in range(100):
            with closing(http.client.HTTPConnection("localhost", servers.web_port, timeout=60)) as other:
                assert ask(other, "/readyz") in {200, 503}  # 503: no worker runs here, and it says so
        (clients,) = servers.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'factcheck_app'")
        assert clients <= 8, "as many as there are threads"


def ask(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status
