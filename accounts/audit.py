"""Name the actor of every write, so that the audit triggers can record a person.

The triggers read three transaction-local settings: `factcheck.actor` (UUID), `factcheck.via` (session, token:<id>, task,
command) and `factcheck.request` (the request id). A write outside `acting` is recorded with the database role alone; what
needs a person (verdict content, approvals) the database then refuses.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core.database.sql import pipelined, prepared
from core.http import actor as innermost
from core.http import request_id

via: ContextVar[str] = ContextVar("via", default="session")
"""The way by which the person acts; the API's authentication and the task base set it."""

_SET = (
    "SELECT set_config('factcheck.actor', %s, true), set_config('factcheck.via', %s, true),"
    " set_config('factcheck.request', %s, true)"
)


@contextmanager
def acting(person: User | UUID | None, *, is_pipelined: bool = False) -> Iterator[None]:
    """Open a transaction (a savepoint when inside one) in which `person` is the actor; None is the system.

    Nested use names the inner person until it ends. `is_pipelined`: BEGIN, the actor's name and all queries whose
    answer is not needed travel together (`core.database.sql.pipelined`).
    """
    actor = "" if person is None else str(person.pk if isinstance(person, User) else person)
    outer = innermost.get()
    token = innermost.set(actor)
    try:
        # A savepoint is two round trips: only a rollback to an outer name needs one.
        with transaction.atomic(savepoint=outer != actor), pipelined() if is_pipelined else nullcontext():
            if outer != actor:
                _announce(actor)
            yield
            # A savepoint that is released keeps what was set inside it; only a rollback brings the outer name back.
            if outer is not None and outer != actor:
                _announce(outer)
    finally:
        innermost.reset(token)


def _announce(actor: str) -> None:
    with prepared() as cursor:
        cursor.execute(_SET, [actor, via.get(), request_id.get()])
