"""SQL of lists, composed once for each set of filters: Django took longer to compose it than Postgres to answer it.

Measured 2026-12-01 for fifty articles: 0.28 of 1.0 ms of Python. What differs between two requests are values; they are put
in the places of placeholders, which are found among the parameters when the SQL is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from api.resources.base import Resource
from api.resources.compiler import Params, Row, choice_query, order_of, page_query, read, read_documents

Value = UUID | str | datetime | bool
Build = Callable[..., QuerySet[Any]]
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows of a list by the values of its filters: `build(**values)` returns the queryset.

    Ids, texts and times must reach the query unchanged (no `icontains`) and not decide which query is built. A bool may:
    there is a query for each. None is a filter that was not given.
    """

    build: Build
    values: tuple[tuple[str, Value], ...]

    @classmethod
    def of(cls, build: Build, **values: Value | None) -> "Choice":
        return cls(build, tuple((name, value) for name, value in values.items() if value is not None))

    def queryset(self) -> QuerySet[Any]:
        return self.build(**dict(self.values))


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A page of a list: `arrange(queryset, key, *how)` filters, orders and cuts the rows; `key` are its cursor's values.

    `is_search` as for `compiler.read_rows`.
    """

    resource: type[Resource]
    choice: Choice
    arrange: Callable[..., QuerySet[Any]]
    how: tuple[Any, ...]
    key: tuple[Any, ...]
    order: str
    is_search: bool = False

    def read(self) -> list[Row]:
        """Return what `compiler.read_rows` returns for the queryset. Raises TypeError if a value was changed on its way."""
        given = [value for _, value in self.choice.values] + list(self.key)
        if not all(isinstance(value, UUID | str | datetime) for value in given if not isinstance(value, bool)):
            raise TypeError(f"A value of {self.resource.__name__} has no placeholder.")
        made = _compose(
            _Shape(
                resource=self.resource,
                site_url=settings.SITE_URL,
                build=self.choice.build,
                filters=tuple((name, _kind_of(value)) for name, value in self.choice.values),
                arrange=self.arrange,
                how=self.how,
                key=tuple(map(type, self.key)),
                order=self.order,
                is_search=self.is_search,
            )
        )
        params = list(made.params)
        for at, number in made.places:
            params[at] = given[number]
        if not self.is_search:
            return read(made.query, tuple(params))
        with connection.cursor() as cursor:
            cursor.execute(made.query, params)
            keys = [key for (key,) in cursor.fetchall()]
        return read_documents(self.resource, keys, self.order, made.order_by)


class _Shape(NamedTuple):
    """All that the SQL of a list depends on: the kinds of its values, not the values.

    `site_url` stands in the SQL of addresses; `key` are the types of the cursor's values.
    """

    resource: type[Resource]
    site_url: str
    build: Build
    filters: tuple[tuple[str, type | bool], ...]
    arrange: Callable[..., QuerySet[Any]]
    how: tuple[Any, ...]
    key: tuple[type, ...]
    order: str
    is_search: bool


class _Composed(NamedTuple):
    """`places`: which of the parameters is which value. `order_by` is that of the rows."""

    query: str
    params: Params
    places: tuple[tuple[int, int], ...]
    order_by: tuple[str, ...]


def _kind_of(value: Value) -> type | bool:
    return value if isinstance(value, bool) else type(value)


def _placeholder(kind: type | bool, number: int) -> Any:
    """Return a value that no row has and no query holds by itself."""
    if isinstance(kind, bool):
        return kind
    if kind is UUID:
        return UUID(int=1 + number)
    return _BEFORE_ALL + timedelta(microseconds=1 + number) if kind is datetime else f"value {number} of a list"


@lru_cache(maxsize=500)
def _compose(shape: _Shape) -> _Composed:
    kinds = [*(kind for _, kind in shape.filters), *shape.key]
    stand_ins = [_placeholder(kind, number) for number, kind in enumerate(kinds)]
    rows = shape.build(**dict(zip((name for name, _ in shape.filters), stand_ins, strict=False)))
    rows = shape.arrange(rows, tuple(stand_ins[len(shape.filters) :]), *shape.how)
    query, params = choice_query(rows) if shape.is_search else page_query(shape.resource, rows, shape.order)
    places = tuple(
        (at, number)
        for at, param in enumerate(params)
        for number, stand_in in enumerate(stand_ins)
        if not isinstance(stand_in, bool) and type(param) is type(stand_in) and param == stand_in
    )
    wanted = {number for number, kind in enumerate(kinds) if not isinstance(kind, bool)}
    if {number for _, number in places} != wanted:
        raise TypeError(f"A filter of {shape.resource.__name__} changes its value: it cannot be kept.")
    return _Composed(query, params, places, order_of(rows))
