"""Insert rows by COPY in its binary format, the fastest way into Postgres. Keys, checks and triggers still apply.

Neither side formats or parses numbers and times as text, and long texts need no escapes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

import orjson
from django.db import connection
from django.db.models import Model
from psycopg import sql

from articles.models import Article, ArticleRevision, ImportItem

Row = Sequence[Any]
ARTICLE_FIELDS = (
    "id",
    "url",
    "external_id",
    "file_name",
    "source",
    "origin",
    "title",
    "byline",
    "published_at",
    "language",
    "language_confidence",
    "current_revision",
    "edited_fields",
    "imported_by",
    "created_at",
    "updated_at",
)
REVISION_FIELDS = (
    "id",
    "article",
    "number",
    "text",
    "sha256",
    "blocks",
    "text_profile",
    "raw",
    "publisher_version",
    "publisher_version_at",
    "captured_at",
)
ITEM_FIELDS = (
    "run",
    "position",
    "name",
    "state",
    "raw",
    "locator",
    "code",
    "detail",
    "article",
    "revision",
    "attempts",
    "finished_at",
)


def copy_articles(articles: Iterable[Article]) -> None:
    """Insert new articles, which no person has edited."""
    _copy(
        Article,
        ARTICLE_FIELDS,
        (
            (
                row.id,
                row.url,
                row.external_id,
                row.file_name,
                row.source_id,
                row.origin_id,
                row.title,
                row.byline,
                row.published_at,
                row.language,
                row.language_confidence,
                row.current_revision_id,
                (),
                row.imported_by_id,
                row.created_at,
                row.updated_at,
            )
            for row in articles
        ),
    )


def copy_revisions(rows: Iterable[Row]) -> None:
    """`rows` hold the values of REVISION_FIELDS, `blocks` as JSON."""
    _copy(ArticleRevision, REVISION_FIELDS, rows)


def copy_items(rows: Iterable[Row]) -> None:
    """`rows` hold the values of ITEM_FIELDS, `locator` as JSON."""
    _copy(ImportItem, ITEM_FIELDS, rows)


def as_json(value: Any) -> bytes:
    return orjson.dumps(value)


_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_NO_VALUE = b"\xff\xff\xff\xff"
_VARCHAR = 1043  # its OID
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # Postgres's binary times count microseconds from here
_MICROSECOND = timedelta(microseconds=1)
_int16, _int32, _sized_int32 = Struct(">h").pack, Struct(">i").pack, Struct(">ii").pack
_sized_int64, _sized_float64 = Struct(">iq").pack, Struct(">id").pack


def _encode_text(value: str) -> bytes:
    encoded = value.encode()
    return _int32(len(encoded)) + encoded


def _json(value: bytes) -> bytes:
    return _int32(len(value) + 1) + b"\x01" + value  # the version of its binary form


def _empty_array(value: Sequence[Any]) -> bytes:
    if value:
        raise ValueError("nothing here writes the members of an array")
    # Twelve bytes: no dimensions, no flags, and the type that its members would have.
    return _int32(12) + bytes(8) + _int32(_VARCHAR)


# How a value of each type of column is sent: its length in bytes, then the bytes.
_SENT: dict[str, Callable[[Any], bytes]] = {
    "UUIDField": lambda value: b"\0\0\0\x10" + value.bytes,
    "PositiveIntegerField": lambda value: _sized_int32(4, value),
    "FloatField": lambda value: _sized_float64(8, value),
    "DateTimeField": lambda value: _sized_int64(8, (value - _EPOCH) // _MICROSECOND),
    "JSONField": _json,
    "ArrayField": _empty_array,
    "CharField": _encode_text,
    "TextField": _encode_text,
}


def _copy(model: type[Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    found = [_column(model, name) for name in fields]
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(sql.Identifier(name) for name, _ in found)
    )
    data = b"".join(_binary(rows, [send for _, send in found]))
    # Django translates errors of its own cursor's methods only, not those inside a COPY.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(query) as copy:
        copy.write(data)


def _column(model: type[Model], name: str) -> tuple[str, Callable[[Any], bytes]]:
    """Return the column's name and how its values are sent; a foreign key is sent like its target."""
    field = model._meta.get_field(name)
    column: str = getattr(field, "column", name)
    target = getattr(field, "target_field", field)
    return column, _SENT[target.get_internal_type()]


def _binary(rows: Iterable[Row], senders: Sequence[Callable[[Any], bytes]]) -> list[bytes]:
    count = _int16(len(senders))
    parts = [_SIGNATURE]
    for row in rows:
        parts.append(count)
        parts += [_NO_VALUE if value is None else send(value) for send, value in zip(senders, row, strict=True)]
    # The trailer of COPY's binary format.
    parts.append(_int16(-1))
    return parts
