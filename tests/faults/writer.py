"""Publish, withdraw and import without end while servers are killed; note each thing that was acknowledged.

Run as a process of its own: `main()` with a notes file and a stop file. A line of the notes is written after the commit; what
ended in an error may have been committed or not, so it is noted as such.
"""

import json
import random
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import redis
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import User
from articles.models import ImportRun
from articles.services.runs import IncomingFile, start_import
from articles.tasks import process_import
from core.errors import DomainError
from publishing.models import Delivery, FactCheck
from publishing.services.withdrawals import restore_verdict, suspend_verdict
from publishing.tasks import wake_outbox
from tests.annotations import story

LOST = (DatabaseError, InterfaceError, redis.RedisError, BrokerError, OSError)
ARTICLES, MOST_OPEN, MOST_PENDING = 30, 3, 20


class Writer:
    def __init__(self, notes: TextIO, stop: Path) -> None:
        self.notes, self.stop = notes, stop
        self.editor = User.objects.get(email="editor@b.example")
        self.reviewer = User.objects.get(email="reviewer@b.example")
        self.dice = random.Random(4)
        self.turn = 0

    def run(self) -> None:
        while not self.stop.exists():
            try:
                if self.is_ahead():
                    time.sleep(0.1)
                    continue
            except LOST:
                connection.close()
                continue
            self.turn += 1
            act = self.start_import if self.turn % 4 == 1 else self.dice.choice([self.publish, self.move])
            try:
                act()
            except DomainError:  # the check is in another state since
                continue
            except LOST:
                connection.close()
                time.sleep(0.2)

    def is_ahead(self) -> bool:
        """Return whether enough waits: workers that are killed all the time would be given ever more."""
        open_runs = ImportRun.objects.filter(state__in=["queued", "running"]).count()
        return open_runs > MOST_OPEN or Delivery.objects.filter(state="pending").count() > MOST_PENDING

    def publish(self) -> None:
        self.note("change", fact_check="", reason="published", is_sure=False)
        verdict = story.published(self.editor, self.reviewer)
        check = FactCheck.objects.get(claim_id=verdict.claim_id)
        self.note("change", fact_check=str(check.pk), reason="published", is_sure=True)
        wake_outbox()

    def move(self) -> None:
        check = FactCheck.objects.order_by("?").first()
        if check is None:
            return
        is_live = check.state == "published"
        act, reason = (suspend_verdict, "suspended") if is_live else (restore_verdict, "restored")
        act(person=self.reviewer, verdict_id=check.verdict_id, reason="Because", now=timezone.now())
        self.note("change", fact_check=str(check.pk), reason=reason, is_sure=True)
        wake_outbox()

    def start_import(self) -> None:
        urls = [f"https://example.org/{self.turn}/{number}" for number in range(ARTICLES)]
        lines = [json.dumps({"url": url, "title": url, "text": f"Report {url} says it. " * 30}) for url in urls]
        incoming = [IncomingFile(f"{self.turn}.jsonl", "\n".join(lines).encode())]
        run = start_import(person=self.editor, files=incoming, now=timezone.now())
        self.note("import", run=str(run.pk), urls=urls)
        process_import.delay(str(run.pk))

    def note(self, kind: str, **what: Any) -> None:
        self.notes.write(json.dumps({"kind": kind, **what}) + "\n")
        self.notes.flush()


def main() -> None:
    with Path(sys.argv[1]).open("a") as notes:
        Writer(notes, Path(sys.argv[2])).run()
