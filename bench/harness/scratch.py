"""What a section that needs the desk stands on: servers of the tests, an empty migrated database, a folder, people.

A section starts its servers once in its process: their addresses stay in the environment (`bench/__main__.py`).
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from accounts.models import User


def configure() -> None:
    """Django with the desk's settings, on the database that the environment names. Also for a process beside a section's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    os.environ.setdefault("SECRET_KEY", "for the benchmark alone, which serves nobody")
    django.setup()


@dataclass(frozen=True)
class Scratch:
    folder: Path
    """Stored files go below it; gone with the database."""
    template: str

    def renew(self) -> None:
        """Restore the database as the migrations left it."""
        from tests import databases

        databases.recreate(self.template)


@contextmanager
def scratch_desk() -> Iterator[Scratch]:
    configure()
    from django.conf import settings

    from tests import databases, environment

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment.start(stack)
        environment.point_settings("bench")
        settings.MEDIA_ROOT = folder / "media"
        scratch = Scratch(folder, databases.ensure_template(folder / "lock", fresh=False))
        stack.callback(databases.drop)
        scratch.renew()
        yield scratch


def make_person(role: str, **fields: Any) -> "User":
    from django.contrib.auth.models import Group

    from accounts.audit import acting
    from accounts.models import User

    email = f"{role}{User.objects.count()}@bench.example"
    with acting(User.objects.filter(groups__name="admin").first()):  # the database asks for one as soon as there is one
        person = User.objects.create_user(email=email, name=role.title(), **fields)
        person.groups.set(Group.objects.filter(name=role))
    return person


def columns_of(table: str) -> str:
    """Return the columns to copy, without those that Postgres generates."""
    from django.apps import apps

    (model,) = [model for model in apps.get_models() if model._meta.db_table == table]
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
