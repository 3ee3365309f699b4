"""Write the search passages of revisions, each with its language's configuration.

Small batches let Postgres make the vectors; large ones ask it for each word only once (`vectors`) and use COPY.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import NamedTuple
from uuid import UUID

import psycopg
from django.db import connection

from articles.models import SearchPassage
from articles.search.chunks import BlockLike, Span, chunks
from articles.search.vectors import Lexicon, Passage
from articles.search.words import index_words
from articles.text.languages import search_config

# One row for each revision goes to the database, which cuts it into its passages: a tenth of the parameters.
_INSERT = """
INSERT INTO articles_searchpassage (article_id, revision_id, position, start, "end", config, vector)
SELECT article_id, revision_id, number - 1, start, "end", config,
       CASE WHEN number = 1 AND has_headline THEN setweight(to_tsvector(regconfig, ' ' || words || ' '), 'A')
            ELSE to_tsvector(regconfig, ' ' || words || ' ') END
FROM unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[]::regconfig[], %b::bool[], %b::text[], %b::text[], %b::text[])
     AS revision (article_id, revision_id, config, regconfig, has_headline, passages, starts, ends),
     unnest(string_to_array(passages, %b), starts::int[], ends::int[]) WITH ORDINALITY
     AS passage (words, start, "end", number)
"""
_COPY = 'COPY articles_searchpassage (article_id, revision_id, position, start, "end", config, vector) FROM STDIN'
_VECTORS = """
SELECT to_tsvector(%s::regconfig, asked)::text FROM unnest(%b::text[]) WITH ORDINALITY AS texts (asked, number) ORDER BY number
"""
# The finder cuts sentences later (`finder_index`), so that an import does not wait for it.
_NOTE = "INSERT INTO articles_unindexedarticle (article_id, since) SELECT unnest(%b::uuid[]), now()"
_BETWEEN = "\x1f"  # a control character, which no canonical text holds
_AT_ONCE = 250
# From so many revisions on their vectors are made word by word.
_MANY = 40
_known = threading.local()


@dataclass(frozen=True, slots=True)
class Searchable:
    """A revision to be indexed. The roles of its blocks, a person's own included, tell furniture."""

    article_id: UUID
    revision_id: UUID
    text: str
    blocks: Sequence[BlockLike]
    language: str


class _Row(NamedTuple):
    """A revision cut into passages; `words` holds those of all of them."""

    article_id: UUID
    revision_id: UUID
    config: str
    has_headline: bool
    words: str
    spans: list[Span]


def add_passages(revisions: Iterable[Searchable]) -> None:
    """Index the revisions. The caller's transaction holds them; an article has passages of one revision only."""
    rows = [row for revision in revisions if (row := _cut_revision(revision))]
    if not rows:
        return
    connection.ensure_connection()
    # Django's own cursor writes parameters into the query; these are megabytes, so they are sent apart.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_NOTE, [[row.article_id for row in rows]])
        for batch in batched(rows, _AT_ONCE):
            _copy(cursor, batch) if len(rows) >= _MANY else _insert(cursor, batch)


def replace_passages(revision: Searchable) -> None:
    SearchPassage.objects.filter(article=revision.article_id).delete()
    add_passages([revision])


def _cut_revision(revision: Searchable) -> _Row | None:
    spans = chunks(revision.text, revision.blocks, revision.language)
    if not spans:
        return None
    passages = [revision.text[start:end] for start, end in spans]
    words = _BETWEEN.join(map(index_words, passages))
    has_headline = revision.blocks[0].role == "headline"
    return _Row(revision.article_id, revision.revision_id, search_config(revision.language), has_headline, words, spans)


def _insert(cursor: psycopg.Cursor, rows: Iterable[_Row]) -> None:
    columns = zip(*map(_parameters, rows), strict=True)
    cursor.execute(_INSERT, [*map(list, columns), _BETWEEN])


def _parameters(row: _Row) -> tuple[object, ...]:
    starts, ends = zip(*row.spans, strict=True)
    return (*row[:3], row.config, row.has_headline, row.words, _array(starts), _array(ends))


def _array(numbers: Iterable[int]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _copy(cursor: psycopg.Cursor, rows: Sequence[_Row]) -> None:
    by_config: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_config[row.config].append(row)
    lines = [line for config, of_config in by_config.items() for line in _lines(cursor, config, of_config)]
    with cursor.copy(_COPY) as copy:
        copy.write("".join(lines))


def _lines(cursor: psycopg.Cursor, config: str, rows: Sequence[_Row]) -> Iterator[str]:
    """Return the rows' passages in COPY's text format."""
    passages = [
        Passage(words, row.has_headline and not position)
        for row in rows
        for position, words in enumerate(row.words.split(_BETWEEN))
    ]

    def ask(texts: Sequence[str]) -> list[str]:
        return [vector for (vector,) in cursor.execute(_VECTORS, [config, list(texts)])] if texts else []

    vectors = iter(_lexicon(config).vectors(passages, ask))
    for row in rows:
        ids = f"{row.article_id}\t{row.revision_id}"
        for position, ((start, end), vector) in enumerate(zip(row.spans, vectors, strict=False)):
            escaped = vector.replace("\\", "\\\\") if "\\" in vector else vector
            yield f"{ids}\t{position}\t{start}\t{end}\t{config}\t{escaped}\n"


def _lexicon(config: str) -> Lexicon:
    """Return this thread's cache of lexemes for a configuration."""
    lexicons: dict[str, Lexicon] | None = getattr(_known, "lexicons", None)
    if lexicons is None:
        lexicons = _known.lexicons = defaultdict(Lexicon)
    return lexicons[config]
