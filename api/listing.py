"""Lists: one statement, keyset pages on (order column, id), the rows' JSON built by Postgres."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, transaction
from rest_framework.request import Request

from api import cursors
from api.documents.sql import joined, rows
from api.json import Raw, dumps


@dataclass(slots=True)
class Listing:
    """What to list. `source` is the FROM clause, `order` the leading column and `key` the unique one that settles ties.

    All SQL here is constant; values go in through `where`.
    """

    expression: str
    source: str
    order: str
    key: str
    is_descending: bool = True
    most: int = cursors.MAX_LIMIT
    is_planned_anew: bool = False
    """Which plan is good depends on the values: a search."""
    gathered: str = ""
    joins: str = ""
    """For a page whose parts are read once for all its rows: CTEs that may select from `page`, and their joins to it."""
    conditions: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def where(self, condition: str, *params: Any) -> None:
        self.conditions.append(condition)
        self.params.extend(params)


def page(request: Request, listing: Listing) -> Raw:
    """{"results", "next", "previous"} of the page that the request's cursor names. Raises BadParameter."""
    limit = cursors.limit_of(request, most=listing.most)
    cursor = cursors.decode(request)
    is_back = cursor is not None and cursor[0] == "previous"
    try:
        # A forged cursor fails in the database: within somebody's transaction that needs a savepoint.
        with transaction.atomic() if cursor else nullcontext():
            found = _fetch(listing, cursor[1] if cursor else None, is_back=is_back, count=limit + 1)
    except DataError as error:
        if cursor is None:
            raise
        raise cursors.bad_cursor() from error
    has_more, found = len(found) > limit, found[:limit]
    if is_back:
        found.reverse()
    has_next, has_previous = (bool(found), has_more) if is_back else (has_more, cursor is not None and bool(found))
    links = {
        "next": cursors.link(request, cursors.encode("next", found[-1][1:]) if has_next else None),
        "previous": cursors.link(request, cursors.encode("previous", found[0][1:]) if has_previous else None),
    }
    return Raw(b'{"results":[' + joined([row[0] for row in found]) + b"]," + dumps(links)[1:])


def _fetch(listing: Listing, after: list[Any] | None, *, is_back: bool, count: int) -> list[tuple[str, ...]]:
    is_down = listing.is_descending != is_back
    conditions, params = list(listing.conditions), list(listing.params)
    if after is not None:
        if len(after) != 2:
            raise cursors.bad_cursor()
        conditions.append(f"({listing.order}, {listing.key}) {'<' if is_down else '>'} (%s, %s)")
        params += after
    way = "DESC" if is_down else "ASC"
    return rows(_statement(listing, conditions, way, count), params, is_planned_anew=listing.is_planned_anew)


def _statement(listing: Listing, conditions: list[str], way: str, count: int) -> str:
    columns = f"({listing.expression})::text, {listing.order}::text, {listing.key}::text"
    order = f"ORDER BY {listing.order} {way}, {listing.key} {way}"
    found = f"FROM {listing.source}{' WHERE ' if conditions else ''}{' AND '.join(conditions)} {order} LIMIT {count}"
    if not listing.gathered:
        return f"SELECT {columns} {found}"
    alias = listing.source.split()[-1]
    return (
        f"WITH page AS MATERIALIZED (SELECT {alias}.* {found}), {listing.gathered}"
        f" SELECT {columns} FROM page {alias}{listing.joins} {order}"
    )
