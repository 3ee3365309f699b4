"""Writing the search passages of revisions. The vectors are made in SQL, each with its language's configuration."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import connection

from articles.languages import cjk_bigrams, has_cjk, search_config
from articles.models import SearchPassage
from articles.search.chunks import BlockLike, chunks

_INSERT = """
INSERT INTO articles_searchpassage (article_id, revision_id, position, start, "end", config, vector)
SELECT article_id, revision_id, position, start, "end", config,
       setweight(to_tsvector(config::regconfig, words), weight::"char")
FROM unnest(%b::uuid[], %b::uuid[], %b::int[], %b::int[], %b::int[], %b::text[], %b::text[], %b::text[])
     AS passage (article_id, revision_id, position, start, "end", config, words, weight)
"""
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Searchable:
    """A revision as search sees it; furniture is told by the blocks' roles, a person's own included."""

    article_id: UUID
    revision_id: UUID
    text: str
    blocks: Sequence[BlockLike]
    language: str


_Row = tuple[UUID, UUID, int, int, int, str, str, str]


def add_passages(revisions: Iterable[Searchable]) -> None:
    """Index the revisions. The caller's transaction holds them; an article has passages of one revision only."""
    rows = [row for revision in revisions for row in _rows(revision)]
    if not rows:
        return
    connection.ensure_connection()
    # Django's own cursor writes parameters into the statement; these are megabytes, sent apart from it and in binary.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        for first in range(0, len(rows), _AT_ONCE):
            columns = zip(*rows[first : first + _AT_ONCE], strict=True)
            cursor.execute(_INSERT, [list(column) for column in columns])


def replace_passages(revision: Searchable) -> None:
    SearchPassage.objects.filter(article=revision.article_id).delete()
    add_passages([revision])


def _rows(revision: Searchable) -> Iterable[_Row]:
    config = search_config(revision.language)
    has_headline = bool(revision.blocks) and revision.blocks[0].role == "headline"
    is_cjk = has_cjk(revision.text)
    for position, (start, end) in enumerate(chunks(revision.text, revision.blocks, revision.language)):
        words = revision.text[start:end]
        weight = "A" if has_headline and position == 0 else "D"
        yield (
            revision.article_id,
            revision.revision_id,
            position,
            start,
            end,
            config,
            cjk_bigrams(words) if is_cjk else words,
            weight,
        )
