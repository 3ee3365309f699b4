"""Prepared statements for what is asked all the time: Postgres plans them once per connection, not with every request.

Django binds parameters in the client, so every statement is a new text to Postgres; planning the API's JSON expressions
took longer than running them. Statements here keep their parameters apart. What they are good for is a plan that does not
depend on the values: a search, where a rare and a common word want different plans, stays with `connection.cursor()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

_BoundByServer: Any = ServerBindingCursor  # its stub knows no arguments


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor of the connection whose statements are prepared once they were executed `prepare_threshold` times."""
    with connection.cursor() as cursor:
        wrapped: Any = cursor
        wrapped.cursor.close()
        wrapped.cursor = _BoundByServer(wrapped.db.connection)
        yield cursor
