"""`manage.py anchor_audit`: write the heads of the audit chains to a file outside of the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit_proof.anchors import DamagedAnchors, write_anchor


class Command(BaseCommand):
    help = "Append the heads of the audit chains to a file. Keep a copy of it where the database's owner cannot write."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, default=settings.AUDIT_ANCHORS)
        parser.add_argument(
            "--restart",
            action="store_true",
            help="Begin anew after the file was lost; every proof says so from then on.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = write_anchor(options["anchors"], now=timezone.now(), is_restart=options["restart"])
        except DamagedAnchors as error:
            raise CommandError(f"Nothing was anchored: {error}") from error
        self.stdout.write(f"Anchored {count} chains in {options['anchors']}")
