"""Writing the search passages of revisions. The vectors are made in SQL, each with its language's configuration."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from uuid import UUID

import psycopg
from django.db import connection

from articles.languages import search_config
from articles.models import SearchPassage
from articles.search.chunks import BlockLike, chunks
from articles.search.words import search_words

# One row for each revision goes to the database, which cuts it into its passages: a tenth of the parameters.
_INSERT = """
INSERT INTO articles_searchpassage (article_id, revision_id, position, start, "end", config, vector)
SELECT article_id, revision_id, number - 1, start, "end", config,
       CASE WHEN number = 1 AND has_headline THEN setweight(to_tsvector(regconfig, words), 'A')
            ELSE to_tsvector(regconfig, words) END
FROM unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[]::regconfig[], %b::bool[], %b::text[], %b::text[], %b::text[])
     AS revision (article_id, revision_id, config, regconfig, has_headline, passages, starts, ends),
     unnest(string_to_array(passages, %b), starts::int[], ends::int[]) WITH ORDINALITY
     AS passage (words, start, "end", number)
"""
_BETWEEN = "\x1f"  # a control character, which no canonical text holds
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Searchable:
    """A revision as search sees it; furniture is told by the blocks' roles, a person's own included."""

    article_id: UUID
    revision_id: UUID
    text: str
    blocks: Sequence[BlockLike]
    language: str


_Row = tuple[UUID, UUID, str, str, bool, str, str, str]


def add_passages(revisions: Iterable[Searchable]) -> None:
    """Index the revisions. The caller's transaction holds them; an article has passages of one revision only."""
    rows = [row for revision in revisions if (row := _row(revision))]
    if not rows:
        return
    connection.ensure_connection()
    # Django's own cursor writes parameters into the statement; these are megabytes, sent apart from it and in binary.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        for batch in batched(rows, _AT_ONCE):
            cursor.execute(_INSERT, [*(list(column) for column in zip(*batch, strict=True)), _BETWEEN])


def replace_passages(revision: Searchable) -> None:
    SearchPassage.objects.filter(article=revision.article_id).delete()
    add_passages([revision])


def _row(revision: Searchable) -> _Row | None:
    spans = chunks(revision.text, revision.blocks, revision.language)
    if not spans:
        return None
    config = search_config(revision.language)
    passages = search_words(_BETWEEN.join([revision.text[start:end] for start, end in spans]))
    has_headline = revision.blocks[0].role == "headline"
    starts, ends = zip(*spans, strict=True)
    ids = (revision.article_id, revision.revision_id)
    return (*ids, config, config, has_headline, passages, _array(starts), _array(ends))


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"
