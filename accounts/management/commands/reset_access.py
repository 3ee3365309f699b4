"""`manage.py reset_access EMAIL`: another password for who lost theirs; `--without-second-factor` removes those too."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.audit import via
from accounts.services.access import reset_access
from core.errors import DomainError


class Command(BaseCommand):
    help = "Give a person another password, as the owner of the database (MIGRATE_DATABASE_URL). It stands in the audit trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--as", dest="admin", default="", metavar="EMAIL", help="which admin answers for it")
        parser.add_argument(
            "--without-second-factor",
            dest="is_without_factors",
            action="store_true",
            help="remove second factors as well",
        )
        parser.add_argument("--password", help="asked for on the terminal where it is not given")

    def handle(
        self, *, email: str, admin: str, is_without_factors: bool, password: str | None, **_options: Any
    ) -> None:
        via.set("command")
        secret = password if password is not None else getpass.getpass("New password: ")
        try:
            done = reset_access(email=email, password=secret, admin_email=admin, is_without_factors=is_without_factors)
        except DomainError as error:
            raise CommandError(error.message) from error
        except DatabaseError as error:
            raise CommandError(
                "The database refused it. Run this as the owner of the tables: set MIGRATE_DATABASE_URL for this command"
                f" alone. Nothing was changed. ({str(error).splitlines()[0]})"
            ) from error
        try:
            validate_password(secret, done.person)
        except ValidationError as weak:
            self.stderr.write(f"Warning: a weak password. {' '.join(weak.messages)}")
        self.stdout.write(
            f"{done.person.name} <{done.person.email}> has another password. Ended: {done.sessions} sessions."
            f" Removed: {done.factors} second factors. Tokens are unchanged."
        )
