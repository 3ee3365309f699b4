"""In the place of Django's `createsuperuser`, which makes accounts that nobody answers for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Refused: use create_desk_user."

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])  # Django's options would be refused first, without a word of what to do

    def handle(self, **_options: Any) -> None:
        raise CommandError(
            "Not on this desk: the first administrator is made with\n"
            '  manage.py create_desk_user EMAIL --name "NAME" --role admin\n'
            "and everybody after that by one: --as ADMIN_EMAIL, or the People screen. Nothing was changed."
        )
