"""The feed under parallel writers: eight connections publish, correct, suspend, retract and restore, each committing after a
random delay, while readers poll, crash and resume. Nothing is skipped: every reader ends in the source's state.
"""

import logging
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models.signals import post_save
from django.test import Client
from django.utils import timezone

from accounts.services import create_token
from annotations.models import Change, FactCheck, Verdict
from annotations.publishing_tasks import wake
from annotations.services.verdict_edits import correct_verdict, save_verdict
from annotations.services.verdicts import (
    approve_verdict,
    publish_verdict,
    restore_verdict,
    retract_verdict,
    submit_verdict,
    suspend_verdict,
)
from factcheck.errors import DomainError
from tests.annotations import story

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
logger = logging.getLogger(__name__)
WRITERS, READERS, CHECKS = 8, 3, 24
LONGEST_DELAY = 0.03
FIRST = "/api/v1/changes?kind=fact_check"


@pytest.fixture
def _nobody_numbers_but_readers():
    """Left to itself every commit numbers at once; the hard case is rows that wait while others overtake them."""
    post_save.disconnect(sender=Change, dispatch_uid="annotations.outbox")
    yield
    post_save.connect(wake, sender=Change, dispatch_uid="annotations.outbox")


class Desk:
    """What the writers share."""

    def __init__(self, editor: Any, reviewer: Any, wanted: int) -> None:
        self.editor, self.reviewer = editor, reviewer
        self.claims = [story.published(editor, reviewer).claim_id for _ in range(CHECKS)]
        self.left = wanted - CHECKS
        self.done: Counter[str] = Counter()
        self.lock = threading.Lock()

    def take(self) -> bool:
        with self.lock:
            is_mine = self.left > 0
            self.left -= is_mine
            return is_mine

    def give_back(self) -> None:
        with self.lock:
            self.left += 1


def write(desk: Desk, dice: random.Random) -> None:
    while desk.take():
        verdict = Verdict.objects.get(
            claim_id=dice.choice(desk.claims), status__in=["published", "suspended", "retracted"]
        )
        name = dice.choices(*MOVES[verdict.status])[0]
        try:
            with transaction.atomic():
                ACTIONS[name](desk, verdict)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(%s)", [dice.random() * LONGEST_DELAY])
        except DomainError:  # another writer was first with this check
            desk.give_back()
        else:
            desk.done[name] += 1


MOVES: dict[str, tuple[list[str], list[int]]] = {
    "published": (["suspend", "retract", "correct"], [5, 3, 2]),
    "suspended": (["restore", "retract"], [3, 1]),
    "retracted": (["restore"], [1]),
}


def _with_reason(service: Callable[..., Any]) -> Callable[[Desk, Verdict], Any]:
    return lambda desk, verdict: service(
        person=desk.reviewer, verdict_id=verdict.pk, reason="Because", now=timezone.now()
    )


def _correct(desk: Desk, verdict: Verdict) -> None:
    now = timezone.now()
    new = correct_verdict(person=desk.editor, verdict_id=verdict.pk, kind="update", note="News", now=now)
    save_verdict(person=desk.editor, verdict_id=new.pk, summary=f"Version {new.version} says more.", now=now)
    submit_verdict(person=desk.editor, verdict_id=new.pk, now=now)
    approve_verdict(person=desk.reviewer, verdict_id=new.pk, now=now)
    publish_verdict(person=desk.reviewer, verdict_id=new.pk, now=now)


ACTIONS: dict[str, Callable[[Desk, Verdict], Any]] = {
    "suspend": _with_reason(suspend_verdict),
    "retract": _with_reason(retract_verdict),
    "restore": _with_reason(restore_verdict),
    "correct": _correct,
}


class Reader:
    """A CMS: a copy and a cursor, saved together now and then; a crash throws away what was not saved."""

    def __init__(self, token: str, seed: int, next_url: str = FIRST) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"})
        self.dice = random.Random(seed)
        self.copy: dict[str, str] = {}
        self.next_url = next_url
        self.saved = (dict(self.copy), self.next_url)
        self.crashes = self.pages = 0

    def poll(self) -> bool:
        """Whether there is more at once."""
        limit = self.dice.choice((1, 3, 20, 200))
        url = self.next_url.partition("&limit=")[0]
        answer = self.client.get(f"{url}&limit={limit}")
        assert answer.status_code == 200, answer.content
        page = answer.json()
        seqs = [item["seq"] for item in page["items"]]
        assert seqs == sorted(set(seqs))
        assert not seqs or seqs[0] > int(re.findall(r"after=(\d+)", url)[0] if "after=" in url else 0)
        for item in page["items"]:
            if item["state"] == "deleted":
                assert item["data"] is None
                self.copy.pop(item["id"], None)
            else:
                self.copy[item["id"]] = item["data"]["etag"]
        self.next_url = page["next"].replace("limit=", "old=").partition("&old=")[0]
        self.pages += 1
        return bool(page["has_more"])

    def live(self) -> None:
        """One step of its life: a page, then perhaps a save or a crash."""
        self.poll()
        chance = self.dice.random()
        if chance < 0.3:
            self.saved = (dict(self.copy), self.next_url)
        elif chance < 0.45:
            self.crashes += 1
            copy, self.next_url = self.saved
            self.copy = dict(copy)


def in_thread(act: Callable[[], None], failures: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def prove(make_user: Callable[..., Any], wanted: int) -> None:
    editor, reviewer = make_user("editor"), make_user("reviewer")
    _, token = create_token(
        creator=reviewer, user=reviewer, name="CMS", scopes=["feed:read"], now=timezone.now(), rate=10_000
    )
    desk, over = Desk(editor, reviewer, wanted), threading.Event()
    failures: list[BaseException] = []
    readers = [Reader(token, seed) for seed in range(READERS)]
    seen_cursors: list[tuple[dict[str, str], str]] = []

    def read(reader: Reader) -> Callable[[], None]:
        def follow() -> None:
            while not over.is_set():
                reader.live()
                seen_cursors.append((dict(reader.copy), reader.next_url))
                time.sleep(0.02)
            while reader.poll():
                pass

        return follow

    started = time.perf_counter()
    reading = [in_thread(read(reader), failures) for reader in readers]
    writing = [in_thread(partial(write, desk, random.Random(seed)), failures) for seed in range(WRITERS)]
    for thread in writing:
        thread.join()
    seconds = time.perf_counter() - started
    over.set()
    for thread in reading:
        thread.join()
    assert failures == []
    check_all(desk, readers, seen_cursors, token, wanted)
    logger.warning("%s changes in %.1f s: %s; crashes %s", wanted, seconds, desk.done, [one.crashes for one in readers])


def check_all(
    desk: Desk, readers: list[Reader], cursors: list[tuple[dict[str, str], str]], token: str, wanted: int
) -> None:
    published = FactCheck.objects.filter(state="published").values_list("pk", "etag")
    source = {str(pk): etag for pk, etag in published}
    assert Change.objects.count() == wanted
    assert Change.objects.filter(seq=None).count() == 0
    assert sum(reader.crashes for reader in readers) > 0
    assert min(desk.done[name] for name in ACTIONS) > 0
    late = [Reader(token, 99)]
    for copy, url in random.Random(7).sample(cursors, min(10, len(cursors))):
        late.append(Reader(token, 98, url))
        late[-1].copy = dict(copy)
    for reader in late:
        while reader.poll():
            pass
    for reader in (*readers, *late):
        assert reader.copy == source
    for number in FactCheck.objects.values_list("pk", flat=True):
        kept = Change.objects.filter(object_id=number).order_by("seq")
        assert [change.is_latest for change in kept] == [False] * (len(kept) - 1) + [True]


@pytest.mark.usefixtures("_nobody_numbers_but_readers")
def test_readers_end_in_the_sources_state(make_user):
    prove(make_user, int(os.environ.get("FEED_CHANGES", "400")))


@pytest.mark.soak
@pytest.mark.usefixtures("_nobody_numbers_but_readers")
def test_readers_end_in_the_sources_state_after_ten_thousand(make_user):
    prove(make_user, 10_000)
