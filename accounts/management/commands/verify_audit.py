"""`manage.py verify_audit`: prove every chain of the audit trail, against the anchors too."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.audit_chain import verify


class Command(BaseCommand):
    help = (
        "Recompute every chain of audit events and compare it with the anchored heads. Status 1 where a link is broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, default=settings.AUDIT_ANCHORS, help="The file of anchor_audit.")

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify(options["anchors"])
        for broken in result.breaks:
            self.stderr.write(f"BROKEN {broken.stream} at event {broken.seq}: {broken.problem}")
        since = (
            f"since {result.anchored_at:%Y-%m-%d %H:%M:%S %Z}" if result.anchored_at else "ever: nothing is anchored"
        )
        self.stdout.write(
            f"{result.events} events in {result.streams} chains; {result.unanchored} not anchored {since}."
        )
        if not result.is_intact:
            raise SystemExit(1)
        self.stdout.write("Every chain is intact.")
