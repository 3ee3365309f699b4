"""Prepared statements for hot queries: Postgres plans them once per connection in some seconds.

Django binds parameters in the client, so Postgres sees every query as a new text; planning the API's JSON expressions
took longer than running them. Queries here keep their parameters apart. Use them only if one plan suits all values: a
search, in which rare and common words want different plans, stays with `connection.cursor()`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models.expressions import RawSQL
from psycopg import Connection
from psycopg.pq import Format, PipelineStatus, TransactionStatus

from core.database.pipeline import bundled

PLANS_KEPT: Final = 5.0
"""Seconds for which a connection keeps its plans."""
_BoundByServer: Any = ServerBindingCursor  # its stub knows no arguments
_planned_at: WeakKeyDictionary[Connection[Any], float] = WeakKeyDictionary()


@contextmanager
def prepared(*, is_binary: bool = False) -> Iterator[CursorWrapper]:
    """Yield a cursor that prepares its queries after `prepare_threshold` executions.

    `is_binary` chooses the format of results: bytes (`convert_to(text, 'UTF8')`) arrive without hexadecimal digits.
    """
    with prepared_cursor(is_binary=is_binary) as cursor:
        yield cursor


def prepared_cursor(*, is_binary: bool = False) -> CursorWrapper:
    """Return such a cursor; the caller closes it."""
    django = _own_connection()
    bound = _BoundByServer(django.connection)
    bound.format = Format.BINARY if is_binary else Format.TEXT
    # As connection.cursor() does, but for the class: its own cursor would be made first and thrown away.
    cursor: CursorWrapper = django._prepare_cursor(bound)  # noqa: SLF001 -- see above
    return cursor


@contextmanager
def pipelined() -> Iterator[None]:
    """Keep queries back until an answer is fetched or the block ends, then send them together.

    An error surfaces at the next fetch or when the block ends; queries after the failed one are not executed. Call it
    inside a transaction: Django waits for an answer each time it opens or ends one. Nested use ends with the outer block.
    No `save` of an old row in it, nor `iterator`: Django counts the changed rows before they are known, as -1, and psycopg has
    no server-side cursors here.
    """
    django = _own_connection()
    if django.connection.info.pipeline_status != PipelineStatus.OFF:
        yield  # psycopg would wait for all answers here
        return
    with django.wrap_database_errors, bundled(django.connection):
        yield


def _own_connection() -> Any:
    """Return this thread's connection, open. `django.db.connection` would look for it again at every attribute."""
    own: Any = connections[DEFAULT_DB_ALIAS]
    own.close_if_health_check_failed()
    own.ensure_connection()
    _drop_old_plans(own.connection)
    return own


def _drop_old_plans(connection: Connection[Any]) -> None:
    """Let Postgres plan anew what it planned for tables that may have grown since.

    A plan is kept until the tables' statistics change, up to a minute after an import. One for empty tables compares each row
    with each: an article of 300 claims then took more than thirty seconds (2026-12-01). To plan a page's queries takes 4 ms.
    """
    now = monotonic()
    if now - _planned_at.setdefault(connection, now) < PLANS_KEPT:
        return
    info = connection.info
    is_free = info.transaction_status in {TransactionStatus.IDLE, TransactionStatus.INTRANS}
    if is_free and info.pipeline_status == PipelineStatus.OFF:
        connection.pgconn.exec_(b"DISCARD PLANS")
        _planned_at[connection] = now


def ids_as_query(ids: Iterable[UUID]) -> RawSQL:
    """Return a subquery of the ids for `__in`: one parameter, however many they are."""
    return RawSQL("SELECT unnest(%s::uuid[])", [ids_as_text(ids)])


def ids_as_text(ids: Iterable[UUID]) -> str:
    return f"{{{','.join(map(str, ids))}}}"


def insert(row: models.Model) -> None:
    """Insert a new row with all its columns. Sends no signals and queries no defaults."""
    with prepared() as cursor:
        cursor.execute(_insertion(type(row)), _values_of(row, _as_parameter))
    state = row._state  # as Django's own save() leaves it
    state.adding, state.db = False, DEFAULT_DB_ALIAS


# Fields whose values psycopg takes as they are: asking each field to prepare its own took longer than sending them (2026-12-01).
# A field of any other class, such as a subclass, prepares its value.
_PLAIN = {
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.PositiveIntegerField,
    models.TextField,
    models.UUIDField,
}


def _values_of(row: models.Model, prepare: Callable[[Any, Any], Any]) -> list[Any]:
    return [
        getattr(row, name) if field is None else prepare(field, field.pre_save(row, add=True))
        for name, field in _prepared_by(type(row))
    ]


def _as_parameter(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


def _as_python(field: Any, value: Any) -> Any:
    return field.get_prep_value(value)


@cache
def _prepared_by(model: type[models.Model]) -> list[tuple[str, Any]]:
    """Return the attribute of each column, and the field that prepares its value: None where nothing has to."""
    return [(field.attname, None if _is_plain(field) else field) for field in model._meta.concrete_fields]


def _is_plain(field: Any) -> bool:
    if type(field) is models.DateTimeField:
        return not (field.auto_now or field.auto_now_add)
    return type(field) in _PLAIN


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model with all their columns. Sends no signals and queries no defaults."""
    if not rows:
        return
    model = type(rows[0])
    columns = [str(field.column) for field in model._meta.concrete_fields]
    insert_values(model, [dict(zip(columns, _values_of(row, _as_python), strict=True)) for row in rows])
    for row in rows:
        state = row._state
        state.adding, state.db = False, DEFAULT_DB_ALIAS


def new_values(model: type[models.Model], **given: Any) -> dict[str, Any]:
    """Return the values of a new row by column, defaults included, without the 20 microseconds that an instance takes."""
    constant, made = _defaults(model)
    values = {**constant, **{name: make() for name, make in made if name not in given}, **given}
    if len(values) > len(constant) + len(made):
        raise TypeError(f"{model.__name__} has not all of these columns: {', '.join(given)}")
    return values


def insert_values(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
    """INSERT rows, given as their values by column, in one prepared statement.

    As one JSON parameter: `bulk_create` makes a parameter of each value and a new query text of each length, which took
    four times the CPU (2026-11-30).
    """
    if rows:
        with prepared() as cursor:
            cursor.execute(_insertion_of_many(model), [orjson.dumps(rows).decode()])


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Return the defaults that never change, and those that are made for each row."""
    constant: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((str(field.column), field.default))
        else:
            constant[str(field.column)] = field.get_default()
    return constant, made


@cache
def _insertion_of_many(model: type[models.Model]) -> str:
    table = f'"{model._meta.db_table}"'
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"


@cache
def _insertion(model: type[models.Model]) -> str:
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join(["%s"] * len(columns))})'


def has_running_writers() -> bool:
    """Return whether a transaction of this database that wrote something is not over yet, the caller's own included."""
    with prepared() as cursor:
        cursor.execute(_RUNNING_WRITERS)
        (is_running,) = cursor.fetchone()
    return bool(is_running)


# Each transaction that wrote holds a lock on its own number. The view of locks names no database for these, its process does.
_RUNNING_WRITERS = (
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'transactionid' AND l.granted AND a.datname = current_database())"
)
