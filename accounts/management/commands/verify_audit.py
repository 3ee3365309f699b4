"""`manage.py verify_audit`: prove the audit trail, and the desk's rows against it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.audit_proof.chain import MOST_BREAKS, Verdict, resumable_proof, save_proof, verify


class Command(BaseCommand):
    help = (
        "Recompute every chain of audit events, compare it with the anchored heads, and every audited row with the last event"
        " that tells of it. Status 1 where anything is not as told."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, default=settings.AUDIT_ANCHORS, help="The file of anchor_audit.")
        parser.add_argument(
            "--resume", action="store_true", help="Do not read again the events that the last intact proof has read."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = options["anchors"]
        earlier = resumable_proof(anchors) if options["resume"] else None
        if options["resume"] and earlier is None:
            self.stderr.write("There is no earlier proof to go on from: everything is read.")
        result = verify(anchors, resume=earlier, report=self.stderr.write)
        for broken in result.breaks:
            self.stderr.write(f"BROKEN {broken.stream} at event {broken.seq}: {broken.problem}")
        if len(result.breaks) == MOST_BREAKS:
            self.stderr.write(f"There is more; the first {MOST_BREAKS:,} are told.")
        for line in _said_of(result):
            self.stdout.write(line)
        if not result.is_intact:
            raise SystemExit(1)
        save_proof(anchors, result)
        self.stdout.write("Every chain is intact, and every row is as the trail tells.")


def _said_of(result: Verdict) -> list[str]:
    """Return in sentences what was proved and since when."""
    since = f"since {result.anchored_at:%Y-%m-%d %H:%M:%S %Z}" if result.anchored_at else "ever: nothing is anchored"
    read = f"{result.events} events in {result.streams} chains; {result.unanchored} not anchored {since}."
    if result.since:
        read += f" Events before the proof of {result.since:%Y-%m-%d %H:%M %Z} were not read again."
    return [f"As of {result.begun_at:%Y-%m-%d %H:%M:%S %Z}: {read}", f"{result.rows} rows compared.", *result.notes]
