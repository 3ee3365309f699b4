"""`manage.py issue_token EMAIL --name N --scope S ...`: a token for a program, printed once, alone on the last line."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit import via
from accounts.management.commands.create_desk_user import split_values
from accounts.models import User
from accounts.scopes import SCOPES
from accounts.services import create_token
from accounts.services.tokens import DEFAULT_RATE_PER_MINUTE
from core.errors import DomainError


class Command(BaseCommand):
    help = "Issue a token that acts as a person. It is shown once: only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", required=True, help="what it is for, such as “CMS”")
        parser.add_argument("--scope", dest="scopes", action="append", nargs="+", required=True, help=" ".join(SCOPES))
        parser.add_argument("--expires-days", type=int, default=365, metavar="D", help="default 365; 0 for never")
        parser.add_argument("--network", dest="networks", action="append", default=[], help="CIDR; may be repeated")
        parser.add_argument("--rate", type=int, default=DEFAULT_RATE_PER_MINUTE, help="requests a minute")

    def handle(self, *, email: str, name: str, scopes: list[list[str]], **options: Any) -> None:
        via.set("command")
        now = timezone.now()
        days = options["expires_days"]
        person = _find_person(email)
        try:
            token, plaintext = create_token(
                creator=person,
                user=person,
                name=name,
                scopes=split_values(scopes),
                now=now,
                expires_at=now + timedelta(days=days) if days else None,
                allowed_networks=options["networks"],
                rate=options["rate"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        until = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "without end"
        self.stdout.write(f"Token “{token.name}” acts as {person.email} with {', '.join(token.scopes)}, {until}.")
        self.stdout.write("It cannot be shown again:")
        self.stdout.write(plaintext)


def _find_person(email: str) -> User:
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(f"There is no account for {email}. Create it with create_desk_user first.") from error
