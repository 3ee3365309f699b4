"""`manage.py export_person EMAIL`: all that concerns one person, as JSON on standard output."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from accounts.services.personal_data import personal_data


class Command(BaseCommand):
    help = "Write all that concerns one person as JSON; secrets are left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(f"Nobody here has the address {email}.")
        self.stdout.write(json.dumps(personal_data(person), cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
