"""In the place of Django's `changepassword`, which the database refuses: a password is the person's own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Refused: use reset_access."

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])

    def handle(self, **_options: Any) -> None:
        raise CommandError(
            "Not on this desk: a person resets their own password by mail (“Forgot your password?”). Where that is lost too,\n"
            "  manage.py reset_access EMAIL\n"
            "run as the owner of the database, gives them another. Nothing was changed."
        )
