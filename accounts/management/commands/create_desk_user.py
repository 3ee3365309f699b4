"""`manage.py create_desk_user EMAIL --name N --role R --password P`: an account without an invitation."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.audit import via
from accounts.models import User
from accounts.permissions import Role
from accounts.services import create_person
from accounts.services.people import PersonExists
from core.errors import DomainError


class Command(BaseCommand):
    help = "Create a person of the desk. Says so and changes nothing where the address has an account already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        roles = ", ".join(Role)
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--role", dest="roles", action="append", nargs="+", required=True, help=f"{roles}; repeat it or use commas"
        )
        parser.add_argument(
            "--as", dest="admin", default="", help="which admin answers for it; not needed while there is none"
        )
        parser.add_argument("--password", help="asked for on the terminal where it is not given")

    def handle(
        self, *, email: str, name: str, roles: list[list[str]], admin: str, password: str | None, **_options: Any
    ) -> None:
        via.set("command")
        wanted = split_values(roles)
        secret = password if password is not None else getpass.getpass("Password: ")
        try:
            person = create_person(email=email, name=name, roles=wanted, password=secret, admin=_find_admin(admin))
        except PersonExists:
            self._say_it_exists(email)
            return
        except DomainError as error:
            raise CommandError(error.message) from error
        self._warn_of_weakness(secret, person)
        self.stdout.write(f"Created {person.name} <{person.email}> as {', '.join(sorted(person.roles))}.")

    def _say_it_exists(self, email: str) -> None:
        person = User.objects.get_by_natural_key(email)
        roles = ", ".join(sorted(person.roles)) or "no role"
        self.stdout.write(f"{person.name} <{person.email}> exists already ({roles}). Nothing was changed.")

    def _warn_of_weakness(self, secret: str, person: User) -> None:
        try:
            validate_password(secret, person)
        except ValidationError as error:
            self.stderr.write(f"Warning: a weak password. {' '.join(error.messages)}")


def _find_admin(email: str) -> User | None:
    admins = User.objects.filter(is_active=True, groups__name=Role.ADMIN)
    if not email:
        if not admins.exists():
            return None
        raise CommandError("The desk has an administrator: say which one answers for the new account, with --as EMAIL.")
    found = admins.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"{email} is not an active administrator.")
    return found


def split_values(values: list[list[str]]) -> list[str]:
    """Flatten `--x a b --x c,d` as argparse collects it."""
    return [part.strip() for group in values for value in group for part in value.split(",") if part.strip()]
