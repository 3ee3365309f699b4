"""Querysets whose SQL is composed once per process.

Django composes a query anew each time it runs: 2 to 5 ms of CPU for one that joins six tables, more than Postgres takes to
answer it and half of what a page of the desk cost (2026-11-30). What differs between two runs is a few values; `Composed`
is told placeholders for them and puts the values in their places. Everything else about the rows is Django's own: related
objects, annotations, converters.

Constants stand in the SQL, so that the values alone are parameters and Postgres plans the query once per connection: planning
took three quarters of its part of a page (2026-12-01). A constant as a parameter would keep it from partial indexes.
"""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Model, QuerySet
from psycopg.sql import Literal

from core.database.sql import prepared_cursor

# Values that no row has. A placeholder is recognised wherever it stands among the parameters, in a list too.
SOME_ID, OTHER_ID = UUID(int=1), UUID(int=2)
SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC)
SOME_TEXT = "a text that no row has"
# `%%` is a per cent sign of the SQL and takes no parameter.
_PARAMETER = re.compile("%s|%%")


class Composed[M: Model]:
    """`build(*placeholders)` returns the queryset; `rows(*values)` runs it with values of the same types.

    The number of parameters is fixed: no `__in` of a varying list, but `__any_of=[SOME_ID]` (core/database/lookups.py), for which
    a list of ids is given. The values must not decide which query is built.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any]], *placeholders: Any) -> None:
        self._build = build
        self._placeholders = placeholders

    @cached_property
    def _parts(self) -> tuple[Any, Any, str, tuple[Any, ...]]:
        queryset = self._build(*self._placeholders)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        sql, left = inline_constants(sql, params, set(self._placeholders))
        return queryset, compiler, sql, left

    def rows(self, *values: Any) -> list[M]:
        queryset, compiler, sql, params = self._parts
        given = dict(zip(self._placeholders, values, strict=True))
        # Copies, as threads share the parts and a compiler keeps notes of its run.
        bound, fresh = copy(compiler), queryset.all()
        bound.connection = _Preparing(connections[queryset.db])  # the thread's own
        bound.as_sql = lambda *_args, **_options: (sql, tuple(substitute(value, given) for value in params))
        fresh.query.get_compiler = lambda *_args, **_options: bound
        return list(fresh)

    def first(self, *values: Any) -> M | None:
        found = self.rows(*values)
        return found[0] if found else None


class _Preparing:
    """The thread's connection, with cursors that prepare their queries."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        return prepared_cursor()


def inline_constants(sql: str, params: Sequence[Any], placeholders: AbstractSet[Any]) -> tuple[str, tuple[Any, ...]]:
    """Return the query with its constants written in it, and the parameters that are left: those with a placeholder."""
    left: list[Any] = []
    given = iter(params)

    def write(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%%"
        value = next(given)
        if _has_any(value, placeholders):
            left.append(value)
            return "%s"
        return Literal(value).as_string().replace("%", "%%")

    return _PARAMETER.sub(write, sql), tuple(left)


def _has_any(value: Any, placeholders: AbstractSet[Any]) -> bool:
    if isinstance(value, list | tuple):
        return any(_has_any(one, placeholders) for one in value)
    return isinstance(value, UUID | datetime | str) and value in placeholders


def substitute(value: Any, given: dict[Any, Any]) -> Any:
    """Return the value for a placeholder, every other parameter as it is. A list in a list takes its place."""
    if isinstance(value, list):
        found = [substitute(one, given) for one in value]
        return found[0] if len(found) == 1 and isinstance(found[0], list) else found
    # Parameters of other types may not be hashable.
    return given.get(value, value) if isinstance(value, UUID | datetime | str) else value
