"""Keep the finder's index: cut changed articles into sentences, encode sentences without vector, count words.

Writers leave a row (`UnindexedArticle`) and go on; one worker at a time drains the rows. Every step is a short
transaction.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from articles.models import Article, BlockRole, Sentence, UnindexedArticle
from articles.search.corpora import SENTENCES, Corpus
from articles.search.embedding import Embedder, current_embedder
from articles.search.embedding.encoder import speaks
from articles.search.ranking import model_id_of
from articles.search.ranking_query import vector_as_text
from articles.search.words import index_words
from articles.signals import sentences_indexed
from articles.text.languages import search_config
from articles.text.sentences import sentences
from core.database.locks import Lock, try_lock

ARTICLES_AT_ONCE = 25
TEXTS_AT_ONCE = 64
LONGEST = 1_200  # code points; a table or a list without full stops is cut here
# Words are counted again when the corpus grew or shrank by this share, and always while it is small. A tenth wrote the counts
# of a growing desk ten times over, of which a quarter of the finder's tables were dead rows (2026-11-30).
_GROWN, _SMALL = 0.25, 2_000
# More texts than this are counted by a sample of them.
_COUNTED_WHOLE = 150_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Backlog:
    """The work that the index waits for. `since` is when the oldest waiting article changed."""

    articles: int
    vectors: int
    since: datetime | None

    @property
    def is_empty(self) -> bool:
        return not self.articles and not self.vectors


def note_all_changed() -> int:
    """Request new sentences for all articles. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_unindexedarticle (article_id, since) SELECT id, now() FROM articles_article"
            " WHERE current_revision_id IS NOT NULL ORDER BY created_at, id"
        )
        return int(cursor.rowcount)


def backlog() -> _Backlog:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT article_id), min(since),"
            " (SELECT count(*) FROM articles_sentencevector WHERE embedding IS NULL) FROM articles_unindexedarticle"
        )
        articles, since, vectors = cursor.fetchone()
    return _Backlog(articles, vectors, since)


def has_waiting() -> bool:
    return UnindexedArticle.objects.exists()


def index_articles(*, limit: int = ARTICLES_AT_ONCE) -> int:
    """Cut the sentences of up to `limit` changed articles. Returns how many; 0 if another process is doing it."""
    with transaction.atomic():
        if not try_lock(Lock.FINDER_INDEX):
            return 0
        # Twice as many rows as articles: one that changed again before its turn has two.
        waiting = list(UnindexedArticle.objects.order_by("pk").values_list("pk", "article_id")[: limit * 2])
        ids = list(dict.fromkeys(article for _, article in waiting))[:limit]
        if ids:
            rows = [pk for pk, article in waiting if article in set(ids)]
            _index(ids)
            sentences_indexed.send(sender=Sentence, article_ids=ids)
            # Only the rows that were read: one that came meanwhile asks for newer words.
            UnindexedArticle.objects.filter(pk__in=rows).delete()
    count_if_grown(SENTENCES, is_drained=not ids)
    return len(ids)


def _index(article_ids: Sequence[UUID]) -> None:
    articles = list(Article.objects.filter(pk__in=article_ids).select_related("current_revision"))
    # Their vectors go with them.
    Sentence.objects.filter(article__in=article_ids).delete()
    revisions = [article.current_revision_id for article in articles]
    roles: dict[Any, dict[int, str]] = {}
    for row in BlockRole.objects.filter(revision__in=revisions).order_by("pk"):
        roles.setdefault(row.revision_id, {})[row.block] = row.role
    made = [row for article in articles for row in _rows_of(article, roles.get(article.current_revision_id, {}))]
    if not made:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in zip(*made, strict=True)])
        ids = [pk for (pk,) in cursor.fetchall()]
    wait_for_vectors(SENTENCES, ids)


_INSERT = """
INSERT INTO articles_sentence (article_id, revision_id, language, config, position, start, "end", is_headline, vector, length)
SELECT article, revision, language, config, position, start, "end", is_headline, vector, length(vector)
FROM (SELECT *, strip(to_tsvector(config::regconfig, ' ' || words || ' ')) AS vector
      FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::int[], %s::int[], %s::int[], %s::bool[], %s::text[])
           AS row (article, revision, language, config, position, start, "end", is_headline, words)) made
WHERE length(vector) > 0 RETURNING id
"""


def _rows_of(article: Article, roles: dict[int, str]) -> list[tuple[Any, ...]]:
    revision = article.current_revision
    if revision is None:
        return []
    text, config = revision.text, search_config(article.language)
    spans = sentence_spans(text, revision.blocks, roles, article.language)
    return [
        (
            article.pk,
            revision.pk,
            article.language,
            config,
            position,
            start,
            end,
            is_headline,
            index_words(text[start:end]),
        )
        for position, (start, end, is_headline) in enumerate(spans)
    ]


def sentence_spans(
    text: str, blocks: Sequence[dict[str, Any]], roles: dict[int, str], language: str
) -> list[tuple[int, int, bool]]:
    """Return (start, end, is_headline) of the sentences in order, without furniture. Pure."""
    found = []
    for number, block in enumerate(blocks):
        role = roles.get(number, block["role"])
        if role == "furniture":
            continue
        start, end = block["start"], block["end"]
        parts = [(0, end - start)] if role == "headline" else sentences(text[start:end], language)
        for part_start, part_end in parts:
            spans = _cut_long(text, start + part_start, start + part_end)
            found += [(at, until, role == "headline") for at, until in spans]
    if all(is_headline for *_, is_headline in found):  # it is all that there is to find
        return [(start, end, False) for start, end, _ in found]
    return found


def _cut_long(text: str, start: int, end: int) -> list[Span]:
    """Cut a sentence that is too long for the index, between two words where it has any."""
    found = []
    while end - start > LONGEST:
        space = text.rfind(" ", start + 1, start + LONGEST)
        until = space if space > 0 else start + LONGEST
        found.append((start, until))
        start = until + (1 if space > 0 else 0)
    return [*found, (start, end)] if start < end else found


# --- vectors


def wait_for_vectors(corpus: Corpus, ids: Sequence[int] | None = None) -> None:
    """Queue these texts, or all without one, for a vector of the current encoder."""
    embedder = current_embedder()
    if embedder is None:
        return
    model = model_id_of(embedder)
    # Texts in languages that the encoder does not know get no row, so nothing waits for them for ever.
    columns, values = ("text_id, model_id", "t.id, %s")
    if corpus.copied:
        columns, values = f"{columns}, {corpus.copied}", f"{values}, t.{corpus.copied}"
    insert = f"INSERT INTO {corpus.vectors} ({columns}) SELECT {values} FROM {corpus.table} t WHERE {_spoken(embedder)}"
    missing = f"NOT EXISTS (SELECT 1 FROM {corpus.vectors} v WHERE v.text_id = t.id AND v.model_id = %s)"
    with connection.cursor() as cursor:
        if ids is None:
            cursor.execute(f"{insert} AND {missing} ON CONFLICT DO NOTHING", [model, model])
        else:
            cursor.execute(f"{insert} AND t.id = ANY(%s) ON CONFLICT DO NOTHING", [model, list(ids)])


_backfilled: set[tuple[str, str]] = set()


def backfill_once(corpus: Corpus) -> None:
    """Queue texts that another encoder indexed, or none. Once per process and encoder."""
    embedder = current_embedder()
    if embedder is not None and (corpus.name, embedder.name) not in _backfilled:
        wait_for_vectors(corpus)
        _backfilled.add((corpus.name, embedder.name))


def _spoken(embedder: Embedder) -> str:
    if speaks(embedder, "xx"):
        return "true"
    known = ", ".join(f"'{language}'" for language in sorted(embedder.languages) if language.isalpha())
    return f"(t.language IN ('', 'und') OR split_part(lower(t.language), '-', 1) IN ({known}))"


def embed_texts(corpus: Corpus, *, limit: int = TEXTS_AT_ONCE) -> int:
    """Encode up to `limit` queued texts. Returns how many. Raises EmbeddingFailed; nothing is lost then."""
    embedder = current_embedder()
    if embedder is None:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, text_id FROM {corpus.vectors} WHERE embedding IS NULL AND model_id = %s"
            # Another worker's texts are left to it, so two encode side by side.
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [model_id_of(embedder), limit],
        )
        waiting = dict(cursor.fetchall())
        if not waiting:
            return 0
        cursor.execute(corpus.texts, [list(waiting.values())])
        texts = {pk: text for pk, _, text in cursor.fetchall()}
        # A text may have been cut anew meanwhile; its vector goes with it.
        ids = [pk for pk, text_id in waiting.items() if text_id in texts]
        # Once each: the statement of a claim is often its quote, and a text takes some 10 ms of CPU (2026-11-30).
        unlike = list(dict.fromkeys(texts[waiting[pk]] for pk in ids))
        made = {text: vector_as_text(vector) for text, vector in zip(unlike, embedder.embed(unlike), strict=True)}
        cursor.execute(
            f"UPDATE {corpus.vectors} v SET embedding = made.vector::halfvec FROM unnest(%s::bigint[], %s::text[])"
            " AS made (id, vector) WHERE v.id = made.id",
            [ids, [made[texts[waiting[pk]]] for pk in ids]],
        )
    return len(waiting)


# --- how frequent each word is


# To count the texts reads them all, which a large corpus would pay for with every few articles.
_LOOK_SECONDS = 30.0
_looked_at: dict[str, float] = {}
# Corpora that grew after they were looked at.
_unlooked: set[str] = set()


def count_if_grown(corpus: Corpus, *, is_drained: bool) -> None:
    """Count the corpus's words again where it is small or changed by a quarter since the last time.

    While a long import is indexed it is looked at every half minute; `is_drained` says that nothing waits any more.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT total FROM articles_corpuscount WHERE corpus = %s", [corpus.name])
        row = cursor.fetchone()
        before = row[0] if row else 0
        is_recent = time.monotonic() - _looked_at.get(corpus.name, -_LOOK_SECONDS) < _LOOK_SECONDS
        if before >= _SMALL and is_recent and not (is_drained and corpus.name in _unlooked):
            if not is_drained:
                _unlooked.add(corpus.name)
            return
        _looked_at[corpus.name] = time.monotonic()
        _unlooked.discard(corpus.name)
        cursor.execute(f"SELECT count(*) FROM {corpus.table}")
        total = int(cursor.fetchone()[0])
        if row and total >= _SMALL and abs(total - before) <= _GROWN * before:
            return
        if try_lock(Lock.WORD_COUNTS):
            _count(cursor, corpus, total)


def _count(cursor: Any, corpus: Corpus, total: int) -> None:
    share = min(1.0, _COUNTED_WHOLE / total) if total else 1.0
    sample = f" TABLESAMPLE SYSTEM ({100 * share:.4f})" if share < 1 else ""
    # A sample misses rare words: forgotten, they would not count in the best score that a text can have, and every text with
    # one of them would have it.
    # In place, as most words stay: deleting and inserting left a dead row for each.
    cursor.execute(
        "WITH counted AS MATERIALIZED (SELECT word, round(ndoc / %s::float8)::int AS texts FROM ts_stat(%s)),"
        " gone AS (DELETE FROM articles_wordcount w WHERE w.corpus = %s AND %s"
        " AND NOT EXISTS (SELECT FROM counted WHERE word = w.lexeme))"
        " INSERT INTO articles_wordcount AS w (corpus, lexeme, texts) SELECT %s, word, texts FROM counted"
        " ON CONFLICT (corpus, lexeme) DO UPDATE SET texts = excluded.texts WHERE w.texts <> excluded.texts",
        [share, f"SELECT vector FROM {corpus.table}{sample}", corpus.name, share == 1, corpus.name],
    )
    cursor.execute(
        "INSERT INTO articles_corpuscount (corpus, total, average_length, configs, searched_bytes, counted_at)"
        " SELECT %s, %s, coalesce(avg(length), 20), coalesce(array_agg(DISTINCT config), '{simple}'),"
        f" pg_relation_size('articles_searchpassage'), now() FROM {corpus.table}"
        " ON CONFLICT (corpus) DO UPDATE SET total = excluded.total, average_length = excluded.average_length,"
        " configs = excluded.configs, searched_bytes = excluded.searched_bytes, counted_at = excluded.counted_at",
        [corpus.name, total],
    )
