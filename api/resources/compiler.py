"""Read resources: one query in which Postgres builds the JSON, or plain serializers for cold resources.

Django makes the SQL of a resource once per process: making it takes longer than running it. Only the choice of a list's
rows is made per request, as the CTE `page`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import F, Model, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL

from api.json import Raw, dumps
from api.resources.base import Resource
from api.resources.expressions import AsBytes, RowJson
from api.resources.fields import Many, Nested, One, ReadField
from core.database.sql import ids_as_query, ids_as_text, prepared
from core.values import known

Params = tuple[Any, ...]
NOTHING: frozenset[str] = frozenset()
_ANY_ID = UUID(int=0)  # a placeholder: the SQL is made once, and the real id replaces this parameter


class Row(NamedTuple):
    """A document, and the two values that place it in its list. A page that Postgres builds has them as texts.

    Bytes from the start: a thousand documents with one curly quotation mark each took 15 ms to decode, join and encode
    on a busy machine, their bytes take 1 (2026-12-01).
    """

    document: bytes
    order: Any
    pk: Any


def read_one(resource: type[Resource], pk: Any, *, empty: frozenset[str] = NOTHING) -> tuple[Raw, Any] | None:
    """Return a row's document as bytes and its `version_column`; None if there is no such row.

    `empty`: members that are known to be null or [], which saves their queries.
    """
    if not resource.is_compiled:
        instance = resource.all_rows().select_related(*resource.joined or (None,)).filter(pk=pk).first()
        return None if instance is None else (Raw(dumps(resource.shared().to_representation(instance))), None)
    query, params = _single_query(resource, settings.SITE_URL, empty)
    with prepared(is_binary=True) as cursor:
        cursor.execute(query, [pk if param == _ANY_ID else param for param in params])
        found = cursor.fetchone()
    return (Raw(found[0]), found[1]) if found else None


def read_rows(resource: type[Resource], queryset: QuerySet[Any], *, order: str, is_search: bool = False) -> list[Row]:
    """Return the documents of a queryset's rows in its order; Row.order is the column `order`.

    `is_search`: the best plan depends on the words, so Postgres plans the choice of the rows each time. Planning the
    documents with it took longer than both together (2026-11-30).
    """
    if is_search:
        return _read_chosen(resource, queryset, order)
    if resource.stored is not None:
        return read(*_sql_of(queryset.values_list(AsBytes(resource.stored), order, "pk")))
    if not resource.is_compiled:
        rows = queryset.select_related(*resource.joined) if resource.joined else queryset
        serializer = resource.shared()
        return [Row(dumps(serializer.to_representation(row)), getattr(row, order), row.pk) for row in rows]
    try:
        return read(*page_query(resource, queryset, order))
    except EmptyResultSet:  # Django sees that no row can match, such as a number beyond the column's range
        return []


def _read_chosen(resource: type[Resource], queryset: QuerySet[Any], order: str) -> list[Row]:
    """Choose the rows with one query and read their documents with another."""
    return read_documents(resource, list(queryset.values_list("pk", flat=True)), order, order_of(queryset))


def read_documents(resource: type[Resource], keys: list[UUID], order: str, order_by: tuple[str, ...]) -> list[Row]:
    """Return the documents of rows that were chosen, in an order that is the same for all choices of a list."""
    if not keys:
        return []
    query, params = _chosen_query(resource, settings.SITE_URL, order, order_by)
    chosen = ids_as_text(keys)
    return read(query, tuple(chosen if param == ids_as_text([]) else param for param in params))


@cache
def _chosen_query(
    resource: type[Resource], _site_url: str, order: str, order_by: tuple[str, ...]
) -> tuple[str, Params]:
    """Return the query of chosen rows' documents, with no ids for theirs."""
    return page_query(
        resource, QuerySet(_model_of(resource)).filter(pk__in=ids_as_query([])).order_by(*order_by), order
    )


def read(query: str, params: Params) -> list[Row]:
    with prepared(is_binary=True) as cursor:
        cursor.execute(query, params)
        return [Row(*found) for found in cursor.fetchall()]


@cache
def _single_query(resource: type[Resource], site_url: str, empty: frozenset[str]) -> tuple[str, Params]:
    members = {name: _empty(field) if name in empty else field.compile() for name, field in _stored(resource)}
    columns = [AsBytes(RowJson(**members)), resource.version_column or Value(None, output_field=TextField())]
    return _sql_of(resource.all_rows().filter(pk=_ANY_ID).order_by().values_list(*columns))


def choice_query(queryset: QuerySet[Any]) -> tuple[str, Params]:
    """Return the query of the ids of a queryset's rows."""
    return _sql_of(queryset.values_list("pk"))


def page_query(resource: type[Resource], queryset: QuerySet[Any], order: str) -> tuple[str, Params]:
    """Return the query of a compiled resource's documents for the rows of a queryset, in its order."""
    compiled = _for_pages(resource, settings.SITE_URL)
    meta = queryset.model._meta
    table, key = f'"{meta.db_table}"', str(meta.pk.column)
    column = key if order == "pk" else str(meta.get_field(order).column)
    # The key alone is asked of Django and the other columns are put beside it: naming each takes longer than all the rest.
    # It stays first, because Django may order by its place.
    page, params = choice_query(queryset)
    others = "".join(f', {table}."{name}"' for name in sorted({*compiled.columns, column} - {key}))
    head, rest = f'SELECT {table}."{key}" AS "pk" FROM ', f"{others} FROM "
    if not page.startswith(head):
        raise TypeError(f"A page of {resource.__name__} is no plain choice of rows: {page[:100]}")
    page = f'SELECT {table}."{key}"{rest}{page.removeprefix(head)}'
    way = "DESC" if str(queryset.query.order_by[0]).startswith("-") else "ASC"
    query = (
        f"WITH page AS MATERIALIZED ({page}){compiled.gathered} SELECT convert_to(({compiled.document})::text, 'UTF8'),"
        f' {table}."{column}"::text, {table}."{key}"::text FROM page AS {table}{compiled.joins}'
        f' ORDER BY {table}."{column}" {way}, {table}."{key}" {way}'
    )
    return query, (*params, *compiled.params)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL of a resource over rows that `page` holds."""

    document: str
    columns: frozenset[str]
    gathered: str
    joins: str
    params: Params


@cache
def _for_pages(resource: type[Resource], site_url: str) -> _Compiled:
    """Return the resource's SQL over a page. `site_url` stands in addresses, so that each has its own.

    Rows that belong to the page by foreign key are read in one pass over their table: a thousand claims of an article took
    twice as long with six subqueries each.
    """
    model = _model_of(resource)
    parts = {name: _Gathered(f"part{number}_", model, field) for number, (name, field) in enumerate(_keyed(resource))}
    members = {name: parts[name].reference if name in parts else field.compile() for name, field in _stored(resource)}
    document, params = _expression(resource, members)
    queries = [(part.alias, *part.query()) for part in parts.values()]
    joins = "".join(part.join for part in parts.values())
    return _Compiled(
        document,
        # The columns that the page has to bring along, read from the finished SQL: a list of them could be incomplete.
        frozenset(re.findall(rf'"{model._meta.db_table}"\."(\w+)"', document + joins)),
        "".join(f", {alias} AS MATERIALIZED ({sql})" for alias, sql, _ in queries),
        joins,
        (*(param for *_, given in queries for param in given), *params),
    )


def _stored(resource: type[Resource]) -> list[tuple[str, ReadField]]:
    return [(name, field) for name, field in resource.members().items() if not field.is_optional]


def _keyed(resource: type[Resource]) -> Iterator[tuple[str, Nested]]:
    """Yield the members that can be read for a page at once."""
    for name, field in _stored(resource):
        if isinstance(field, Nested) and (field.key or (isinstance(field, One) and not field.has_rows)):
            yield name, field


class _Gathered:
    """A member that is read for the whole page, and joined to its rows."""

    def __init__(self, alias: str, model: type[Model], field: Nested) -> None:
        self.alias, self.field, self.table = alias, field, f'"{model._meta.db_table}"'
        own: Any = model._meta.pk if field.key else model._meta.get_field(str(field.source))
        self.column = f'"{own.column}"'

    @property
    def join(self) -> str:
        return f" LEFT JOIN {self.alias} ON {self.alias}.key_ = {self.table}.{self.column}"

    @property
    def reference(self) -> Any:
        value = f"{self.alias}.json_"
        text = f"coalesce({value}, '[]'::json)" if isinstance(self.field, Many) else value
        return RawSQL(text, (), output_field=TextField())

    def query(self) -> tuple[str, Params]:
        """Return the query of (key_, json_) for the rows of the page."""
        wanted = RawSQL(f"SELECT {self.column} FROM page", ())
        field, resource = self.field, self.field.resource
        document = resource.document()
        if not field.key:
            sql, params = _sql_of(resource.all_rows().filter(pk__in=wanted).order_by().values_list("pk", document))
            return f"SELECT * FROM ({sql}) rows_(key_, json_)", params
        key = f"{field.key}_id"
        rows = field.all_rows(F).filter(**{f"{key}__in": wanted}).order_by()
        if isinstance(field, One):
            if field.order:
                rows = QuerySet(rows.model).filter(pk__in=rows.order_by(key, *field.order).distinct(key).values("pk"))
            sql, params = _sql_of(rows.order_by().values_list(key, document))
            return f"SELECT * FROM ({sql}) rows_(key_, json_)", params
        names = ", ".join(f"order{number}_" for number in range(len(field.order)))
        sql, params = _sql_of(rows.values_list(key, document, *field.order))
        columns = f"rows_(key_, json_, {names})"
        return f"SELECT key_, json_agg(json_ ORDER BY {names}) AS json_ FROM ({sql}) {columns} GROUP BY key_", params


def _expression(resource: type[Resource], members: dict[str, Any]) -> tuple[str, Params]:
    """Return the SQL of an object over its own table. Raises TypeError if it needs another table."""
    model = _model_of(resource)
    # Django compiles queries alone, so the expression is cut out of one.
    sql, params = _sql_of(QuerySet(model).order_by().values_list(RowJson(**members)))
    expression, _, rest = sql.removeprefix("SELECT ").rpartition(f' FROM "{model._meta.db_table}"')
    if rest:
        raise TypeError(f"{resource.__name__} reads a column of another table; declare it with rows.")
    return expression.rpartition(" AS ")[0], params


def _empty(field: Any) -> Any:
    return RawSQL("'[]'::json", (), output_field=TextField()) if isinstance(field, Many) else Value(None)


def _sql_of(queryset: QuerySet[Any]) -> tuple[str, Params]:
    # Not str(queryset.query): that puts the values in without quotes, and is no SQL.
    sql, params = queryset.query.sql_with_params()
    return str(sql), tuple(params)


def order_of(queryset: QuerySet[Any]) -> tuple[str, ...]:
    return tuple(map(str, queryset.query.order_by))


def _model_of(resource: type[Resource]) -> type[Model]:
    return known(resource.model)
