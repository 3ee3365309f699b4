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
    _copy(Article, ARTICLE_FIELDS, ([_value(article, name) for name in ARTICLE_FIELDS] for article in articles))


def copy_revisions(revisions: Iterable[ArticleRevision]) -> None:
    _copy(ArticleRevision, REVISION_FIELDS, ([_value(row, name) for name in REVISION_FIELDS] for row in revisions))


def copy_items(items: Iterable[ImportItem]) -> None:
    _copy(ImportItem, ITEM_FIELDS, ([_value(item, name) for name in ITEM_FIELDS] for item in items))


def _copy(model: type[Model], fields: Sequence[str], rows: Iterable[Row]) -> None:
    columns = [sql.Identifier(str(model._meta.get_field(name).column)) for name in fields]  # type: ignore[union-attr]  # all have one
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
    )
    # Django translates the errors of its own cursor's methods, not those inside a COPY.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _value(row: Model, name: str) -> Any:
    value = getattr(row, _ATTRIBUTES.get(name, name))
    if isinstance(value, UUID | datetime):
        return str(value)
    if name == "edited_fields":
        return "{}"
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


_ATTRIBUTES = {
    name: f"{name}_id"
    for name in ("source", "origin", "current_revision", "imported_by", "article", "raw", "run", "revision")
}
