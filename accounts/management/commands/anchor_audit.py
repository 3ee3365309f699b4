"""`manage.py anchor_audit`: write the heads of the audit chains to a file outside of the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.audit_chain import write_anchor


class Command(BaseCommand):
    help = "Append the heads of the audit chains to a file. Keep a copy of it where the database's owner cannot write."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchors", type=Path, default=settings.AUDIT_ANCHORS)

    def handle(self, *args: Any, **options: Any) -> None:
        count = write_anchor(options["anchors"], now=timezone.now())
        self.stdout.write(f"Anchored {count} chains in {options['anchors']}")
