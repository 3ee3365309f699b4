"""Who acts: every write happens inside `acting(person)`, so that the triggers know whom to name.

The triggers read three transaction-local settings: `factcheck.actor` (UUID), `factcheck.via` (session, token:<id>, task,
command) and `factcheck.request` (the request id). A write outside `acting` is recorded with the database role alone; what
needs a person (verdict content, approvals) the database then refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

from accounts.models import User
from factcheck.http import request_id

via: ContextVar[str] = ContextVar("via", default="session")
"""How the person acts; the API's authentication and the task base set it."""

_SETTINGS = ("factcheck.actor", "factcheck.via", "factcheck.request")


@contextmanager
def acting(person: User | UUID | None) -> Iterator[None]:
    """Open a transaction (or savepoint) in which `person` is the actor; None is the system.

    Nested use names the inner person until it ends. Durable with the outermost transaction only.
    """
    actor = "" if person is None else str(person.pk if isinstance(person, User) else person)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}', true)" for name in _SETTINGS))
        before = cursor.fetchone()
        _set(cursor, (actor, via.get(), request_id.get()))
        yield
        if before[0] and before[0] != actor:
            _set(cursor, before)


def _set(cursor, values: tuple[str | None, ...]) -> None:  # type: ignore[no-untyped-def]  # CursorWrapper has no stub type
    columns = ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS)
    cursor.execute(f"SELECT {columns}", [value or "" for value in values])  # noqa: S608 - constant names
