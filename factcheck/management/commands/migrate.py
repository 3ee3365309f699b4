"""`manage.py migrate`, which first makes sure that the database is this checkout's: until 1.0.0 schemas change in place."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from core.database.schema import OtherSchema, claim_database


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            claim_database(connections[options["database"]])
        except OtherSchema as error:
            raise CommandError(str(error)) from error
        super().handle(*args, **options)
