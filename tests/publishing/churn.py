"""Writers and readers of the feed, for the proof that nothing is ever skipped.

Eight connections publish, correct, suspend, retract and restore, each committing after a random delay; readers poll, crash
and resume. `test_feed_faults.py` runs `main` in a process of its own, against servers that it kills meanwhile.
"""

import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import create_token
from annotations.models import Verdict
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from core.errors import DomainError
from publishing.models import Change, FactCheck
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import restore_verdict, retract_verdict, suspend_verdict
from publishing.tasks import wake_outbox
from tests.annotations import story

WRITERS, READERS = 8, 3
FIRST_CHECKS, MOST_CHECKS = 8, 40
LONGEST_DELAY = 0.03
FIRST = "/api/v1/changes?kind=fact_check"
MOVES: dict[str, tuple[list[str], list[int]]] = {
    "published": (["suspend", "retract", "correct"], [12, 6, 2]),
    "suspended": (["restore", "retract"], [3, 1]),
    "retracted": (["restore"], [1]),
}


class Desk:
    """The writers' shared state: `left` counts down the changes still wanted; `wake` is called after each."""

    def __init__(self, editor: Any, reviewer: Any, wanted: int) -> None:
        self.editor, self.reviewer = editor, reviewer
        self.claims = [story.published(editor, reviewer).claim_id for _ in range(FIRST_CHECKS)]
        self.wanted, self.left = wanted, wanted - FIRST_CHECKS
        self.done: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.wake: Callable[[], None] = lambda: None

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
        try:
            with transaction.atomic():
                name, verdict = _one_change(desk, dice)
                _wait_before_commit(dice.random() * LONGEST_DELAY)
        except DomainError:  # another writer was first with this check
            desk.give_back()
            continue
        desk.wake()
        desk.done[name] += 1
        if name == "publish":
            desk.claims.append(verdict.claim_id)


def _one_change(desk: Desk, dice: random.Random) -> tuple[str, Verdict]:
    if dice.random() < 0.04 and len(desk.claims) < MOST_CHECKS:
        return "publish", story.published(desk.editor, desk.reviewer)
    live = Verdict.objects.filter(status__in=list(MOVES))
    verdict = live.get(claim_id=dice.choice(desk.claims))
    name = dice.choices(*MOVES[verdict.status])[0]
    ACTIONS[name](desk, verdict)
    return name, verdict


def _with_reason(service: Callable[..., Any]) -> Callable[[Desk, Verdict], Any]:
    return lambda desk, verdict: service(
        person=desk.reviewer, verdict_id=verdict.pk, reason="Because", now=timezone.now()
    )


def _correct(desk: Desk, verdict: Verdict) -> None:
    now = timezone.now()
    new = correct_verdict(person=desk.editor, verdict_id=verdict.pk, kind="update", note="News", now=now)
    save_verdict(person=desk.editor, verdict_id=new.pk, summary=f"Version {new.version} says more.", now=now)
    submit_verdict(person=desk.editor, verdict_id=new.pk, now=now)
    approve_verdict(no_conflict=True, person=desk.reviewer, verdict_id=new.pk, now=now)
    publish_verdict(person=desk.reviewer, verdict_id=new.pk, now=now)


ACTIONS: dict[str, Callable[[Desk, Verdict], Any]] = {
    "suspend": _with_reason(suspend_verdict),
    "retract": _with_reason(retract_verdict),
    "restore": _with_reason(restore_verdict),
    "correct": _correct,
}


def _wait_before_commit(seconds: float) -> None:
    """In the database: the transaction is open there, as a slow one would be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


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

    def catch_up(self) -> None:
        while self.poll():
            pass


class Churn:
    """One proof: `run` writes and reads until the wanted changes are made, `check` compares every copy with the source."""

    def __init__(self, editor: Any, reviewer: Any, token: str, wanted: int) -> None:
        self.token = token
        self.desk, self.is_over = Desk(editor, reviewer, wanted), threading.Event()
        self.readers = [Reader(token, seed) for seed in range(READERS)]
        self.failures: list[BaseException] = []
        self.cursors: list[tuple[dict[str, str], str]] = []
        self.seconds = 0.0

    def run(self) -> None:
        started = time.perf_counter()
        reading = [self._in_thread(partial(self._follow, reader)) for reader in self.readers]
        writing = [self._in_thread(partial(write, self.desk, random.Random(seed))) for seed in range(WRITERS)]
        for thread in writing:
            thread.join()
        self.seconds = time.perf_counter() - started
        self.is_over.set()
        for thread in reading:
            thread.join()

    def check(self) -> None:
        if self.failures:
            raise self.failures[0]
        published = FactCheck.objects.filter(state="published").values_list("pk", "etag")
        source = {str(pk): etag for pk, etag in published}
        late = [Reader(self.token, 99)]
        for copy, url in random.Random(7).sample(self.cursors, min(10, len(self.cursors))):
            late.append(Reader(self.token, 98, url))
            late[-1].copy = dict(copy)
        for reader in late:
            reader.catch_up()
        for reader in (*self.readers, *late):
            assert reader.copy == source
        assert Change.objects.count() == self.desk.wanted, f"{Change.objects.count()}: {self.story()}"
        assert Change.objects.filter(seq=None).count() == 0
        assert sum(reader.crashes for reader in self.readers) > 0
        for number in FactCheck.objects.values_list("pk", flat=True):
            kept = Change.objects.filter(object_id=number).order_by("seq")
            assert [change.is_latest for change in kept] == [False] * (len(kept) - 1) + [True]

    def story(self) -> str:
        crashes = [reader.crashes for reader in self.readers]
        return f"{self.desk.wanted} changes in {self.seconds:.1f} s: {dict(self.desk.done)}; crashes {crashes}"

    def _follow(self, reader: Reader) -> None:
        while not self.is_over.is_set():
            reader.live()
            self.cursors.append((dict(reader.copy), reader.next_url))
            time.sleep(reader.dice.random() * 0.2)
        reader.catch_up()

    def _in_thread(self, act: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - told by `check`
                self.failures.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def main() -> None:
    editor, reviewer = User.objects.get(email="editor@b.example"), User.objects.get(email="reviewer@b.example")
    _, token = create_token(
        creator=reviewer, user=reviewer, name="CMS", scopes=["feed:read"], now=timezone.now(), rate=10_000
    )
    churn = Churn(editor, reviewer, token, int(sys.argv[1]))
    churn.desk.wake = wake_outbox  # as an interface does
    churn.run()
    churn.check()
    sys.stdout.write(churn.story() + "\n")
