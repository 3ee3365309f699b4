"""Rows into tables by COPY: the fastest way that Postgres has, with its keys, checks and triggers at work as ever."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Model
from psycopg import sql

from articles.models import Article, ArticleRevision, ImportItem

Row = Sequence[Any]
# Their text is what COPY wants; psycopg's own way to it is three times slower.
_BY_TEXT = {UUID, datetime}

ARTICLE_FIELDS = (
    "id", "url", "external_id", "file_name", "source", "origin", "title", "byline", "published_at", "language",
    "language_confidence", "current_revision", "edited_fields", "imported_by", "created_at", "updated_at",
)  # fmt: skip
REVISION_FIELDS = ("id", "article", "number", "text", "sha256", "blocks", "text_profile", "raw", "captured_at")
ITEM_FIELDS = (
    "run", "position", "name", "state", "raw", "locator", "code", "detail", "article", "revision", "attempts", "finished_at"
)  # fmt: skip


def copy_articles(articles: Iterable[Article]) -> None:
    """New articles. `edited_fields` starts empty."""
    _copy(
        Article,
        ARTICLE_FIELDS,
        (
            (
                row.pk, row.url, row.external_id, row.file_name, row.source_id, row.origin_id, row.title, row.byline,
                row.published_at, row.language, row.language_confidence, row.current_revision_id, "{}", row.imported_by_id,
                row.created_at, row.updated_at,
            )
            for row in articles
        ),
    )  # fmt: skip


def copy_revisions(rows: Iterable[Row]) -> None:
    """`rows` hold the values of REVISION_FIELDS, `blocks` as JSON."""
    _copy(ArticleRevision, REVISION_FIELDS, rows)


def copy_items(rows: Iterable[Row]) -> None:
    """`rows` hold the values of ITEM_FIELDS, `locator` as JSON."""
    _copy(ImportItem, ITEM_FIELDS, rows)


def as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _copy(model: type[Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    columns = [sql.Identifier(str(model._meta.get_field(name).column)) for name in fields]  # type: ignore[union-attr]  # all have one
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
    )
    # Django translates the errors of its own cursor's methods, not those inside a COPY.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([str(value) if type(value) in _BY_TEXT else value for value in row])
