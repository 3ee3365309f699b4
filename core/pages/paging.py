"""Keyset pagination: the cursor holds the last row's order key and primary key, so that new rows shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import InvalidInput


@dataclass
class _Page[M: Model]:
    """`next` and `previous` are cursors, empty at an end."""

    rows: list[M]
    next: str = ""
    previous: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class BadCursor(InvalidInput):
    status = 400
    code = "bad-cursor"


def page_of[M: Model](
    rows: QuerySet[M],
    *,
    key: str,
    cursor: str = "",
    size: int,
    parse: Callable[[Any], Any] = lambda v: v,
    is_ascending: bool = False,
) -> _Page[M]:
    """Return a page of `rows` by `key`, then primary key, descending at first. `parse` reads the key's JSON form."""
    is_back, after = _decode(cursor) if cursor else (False, None)
    if after is not None:
        value, pk = _checked(rows, after, parse)
        side = "gt" if is_back != is_ascending else "lt"
        rows = rows.filter(Q(**{f"{key}__{side}": value}) | Q(**{key: value, f"pk__{side}": pk}))
    # On the way back the rows next to the cursor come first; they are turned round below.
    order = (key, "pk") if is_back != is_ascending else (f"-{key}", "-pk")
    # One row more than is shown tells whether there is a next page, without counting.
    found = list(rows.order_by(*order)[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if is_back:
        found.reverse()
    page = _Page(found)
    if found and (has_more or is_back):
        page.next = _encode(found[-1], key, is_back=False)
    if found and (has_more if is_back else after is not None):
        page.previous = _encode(found[0], key, is_back=True)
    return page


def parse_time(value: Any) -> datetime:
    """Return the moment of a cursor; raises BadCursor for anything else, a time without offset included."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _bad() from error
    if found.tzinfo is None:
        raise _bad()
    try:
        return found.astimezone(UTC)
    except OverflowError as error:  # the year 10000 in UTC, which the database does not read
        raise _bad() from error


def _checked(rows: QuerySet[Any], after: tuple[Any, str], parse: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Parse a cursor, which anybody may have written. Returns its order key and primary key."""
    try:
        return parse(after[0]), rows.model._meta.pk.to_python(after[1])
    except (TypeError, ValueError, ValidationError) as error:
        raise _bad() from error


def _encode(row: Model, key: str, *, is_back: bool) -> str:
    value = getattr(row, key)
    value = value.isoformat() if isinstance(value, datetime) else value
    packed = json.dumps([int(is_back), value, str(row.pk)], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[bool, tuple[Any, str]]:
    try:
        is_back, value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise _bad() from error
    return bool(is_back), (value, str(pk))


def _bad() -> BadCursor:
    return BadCursor(_("This link to a page of the list is not valid. Start again from the first page."))
