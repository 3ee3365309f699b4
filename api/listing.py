"""Lists: keyset pages on (order column, primary key), so that none is skipped or doubled while others write.

DRF's own cursor pages stand on one column and count rows within equal values, and answer 404 to a forged cursor.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api import cursors
from api.base import ApiView
from api.conditions import etag_of
from api.json import Raw, dumps
from api.resources.base import Resource
from api.resources.compiler import Row, read_rows
from api.resources.kept_queries import Choice, ListQuery
from core.database.kept import kept_or_made
from core.values import known

_KEPT_FROM = 200  # rows of a page from which its answer is kept


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    etag: str
    link: str


def list_page(
    view: ApiView,
    request: Request,
    resource: type[Resource],
    rows: QuerySet[Any] | Choice,
    *,
    order: str = "-created_at",
    most: int = cursors.MAX_LIMIT,
    is_search: bool = False,
) -> Response:
    """Answer {"results", "next", "previous"} of the cursor's page, with Link headers. Raises BadParameter."""
    limit = cursors.limit_of(request, most=most)
    cursor = cursors.decode(request)
    is_back = cursor is not None and cursor[0] == "previous"
    column, is_down = order.removeprefix("-"), order.startswith("-") != is_back
    page: ListQuery | QuerySet[Any]
    if isinstance(rows, Choice):
        key = _key_of_cursor(known(resource.model), column, cursor[1]) if cursor else ()
        page = ListQuery(resource, rows, _arrange, (column, is_down, limit), key, column, is_search)
    else:
        key = _key_of_cursor(rows.model, column, cursor[1]) if cursor else ()
        page = _arrange(rows, key, column, is_down, limit)

    def make() -> _Answer:
        found = (
            page.read() if isinstance(page, ListQuery) else read_rows(resource, page, order=column, is_search=is_search)
        )
        has_more, found = len(found) > limit, found[:limit]
        if is_back:
            found.reverse()
        has_next, has_previous = (bool(found), has_more) if is_back else (has_more, cursor is not None and bool(found))
        return _answer(
            found,
            next=cursors.link(request, _cursor("next", found[-1]) if has_next else None),
            previous=cursors.link(request, _cursor("previous", found[0]) if has_previous else None),
        )

    answer = make() if limit < _KEPT_FROM else kept_or_made(_depends_on(request, resource, page), make)
    response = view.respond(request, Raw(answer.body), etag=answer.etag)
    if answer.link:
        response["Link"] = answer.link
    return response


def _arrange(rows: QuerySet[Any], key: tuple[Any, ...], column: str, is_down: bool, limit: int) -> QuerySet[Any]:
    """Return a page's rows and one more, those after the key of its cursor."""
    if key:
        rows = rows.filter(_beyond(column, key, is_down=is_down))
    sign = "-" if is_down else ""
    return rows.order_by(f"{sign}{column}", f"{sign}pk")[: limit + 1]


def _depends_on(request: Request, resource: type[Resource], page: ListQuery | QuerySet[Any]) -> Any:
    """Return what the answer depends on: the query says for whom, the address what links are made of."""
    query: Any = page
    if isinstance(page, QuerySet):
        try:
            query = page.query.sql_with_params()
        except EmptyResultSet:
            query = ("", ())
    return resource, request.build_absolute_uri(), query


def _answer(found: list[Row], **links: str | None) -> _Answer:
    body = b'{"results":[%b],%b' % (b",".join([row.document for row in found]), dumps(links)[1:])
    relations = {"next": links["next"], "prev": links["previous"]}  # "prev" is the registered name of the relation
    link = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in relations.items() if address)
    return _Answer(body, etag_of(body), link)


def _cursor(direction: str, row: Row) -> str:
    order = row.order.isoformat() if isinstance(row.order, datetime) else str(row.order)
    return cursors.encode(direction, [order, str(row.pk)])


def _beyond(column: str, key: tuple[Any, ...], *, is_down: bool) -> Q:
    """Return the rows after a row. The first condition repeats the order, so that its index is used."""
    order, pk = key
    way = "lt" if is_down else "gt"
    return Q(**{f"{column}__{way}e": order}) & (Q(**{f"{column}__{way}": order}) | Q(**{f"pk__{way}": pk}))


def _key_of_cursor(model: type[Model], column: str, key: list[str]) -> tuple[Any, ...]:
    """Return the order and the id of the cursor's row. Raises BadParameter."""
    meta = model._meta
    try:
        fields = zip((meta.get_field(column), meta.pk), key, strict=True)
        return tuple(_value(field, text) for field, text in fields)
    except (ValidationError, ValueError, OverflowError) as error:
        raise cursors.bad_cursor() from error


def _value(field: Any, text: str) -> Any:
    """Return a cursor's text as the column's type. Raises ValidationError, ValueError."""
    if "\0" in text:
        raise ValueError("a text of Postgres holds no NUL")
    value = field.to_python(text)
    if value is None or (isinstance(value, datetime) and value.utcoffset() is None):
        raise ValueError("a key is never null, a time never without its offset")
    return value
