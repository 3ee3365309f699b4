"""`manage.py backup FOLDER`: database, stored files and audit anchors into a new folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from factcheck.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Back up the database, the stored files and the audit anchors into a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = back_up(folder, now=timezone.now())
        except BackupError as error:
            raise CommandError(error.message) from error
        for name, digest in manifest["sha256"].items():
            self.stdout.write(f"{digest}  {folder / name}")
        self.stdout.write("Keep a copy on another machine. `restore` brings it into an empty database.")
