"""`manage.py restore FOLDER`: a backup into the configured, empty database; then the audit trail is proved."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from factcheck.backup import BackupError, restore


class Command(BaseCommand):
    help = "Restore a backup into an empty database (MIGRATE_DATABASE_URL) and prove its audit trail."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            proof = restore(folder)
        except BackupError as error:
            raise CommandError(error.message) from error
        for broken in proof.breaks:
            self.stderr.write(f"BROKEN {broken.stream} at event {broken.seq}: {broken.problem}")
        if not proof.is_intact:
            raise CommandError("The data is restored, but its audit trail does not prove itself.")
        self.stdout.write(f"Restored. {proof.events} events in {proof.streams} chains: every chain is intact.")
