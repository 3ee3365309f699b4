"""Find the sentences of incoming articles that repeat a claim, in two steps, a batch of articles at a time.

Postgres leaves the sentences that share most of a claim's words; those few are asked as precedents and lookups are, in one
call. Asking every sentence so would take seconds per article.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from annotations.services.changes.repeats import Repeat, propose_repeats
from articles.search.numbers import differing_numbers
from articles.search.ranking_query import Filter
from core.database.locks import Lock, try_lock
from publishing.models import UncomparedArticle
from publishing.services.check_index import CHECKS
from publishing.services.checks import match_texts, refresh_index

AT_ONCE = 10  # articles: a slice takes Postgres 0.1 s beside 60,000 texts of claims (2026-12-01)
# A proposal asks for somebody's time in an article that they were not reading: it must say the same, not something like it.
LEAST_SCORE = 0.6
MOST_SENTENCES = 200  # of one batch, those that share most first

# A sentence is looked up by its rarest words: six that claims have, and ten that were never counted, which new claims may have.
# Each looks for claims together with a more frequent one. A word of more texts than this does so only where no other one of
# them is rarer, and then three at once.
_MOST_TEXTS = 1_000
# Texts looked at for a sentence, and those of them whose numbers are compared with its own.
_MOST_FOUND, _MOST_COMPARED = 500, 5
_CANDIDATES = """
WITH said AS MATERIALIZED (
    SELECT s.id, s.article_id, tsvector_to_array(s.vector) AS words FROM articles_sentence s
    WHERE s.article_id = ANY(%(articles)s) AND s.length >= 3),
split AS MATERIALIZED (
    SELECT said.id, count(*) FILTER (WHERE w.texts <= %(most)s) AS rare,
        coalesce((array_agg(quote_literal(u.word) ORDER BY u.word) FILTER (WHERE w.texts IS NULL))[1:10], '{}') AS uncounted,
        coalesce((array_agg(quote_literal(u.word) ORDER BY w.texts, u.word) FILTER (WHERE w.texts IS NOT NULL))[1:6], '{}')
            AS known
    FROM said CROSS JOIN unnest(said.words) AS u (word)
    LEFT JOIN articles_wordcount w ON w.corpus = %(corpus)s AND w.lexeme = u.word
    WHERE u.word !~ '[''\\\\]' GROUP BY said.id HAVING count(*) >= 3),
ordered AS (
    SELECT id, uncounted || known AS words, cardinality(uncounted) + least(rare, cardinality(known)) AS rare FROM split),
asked AS MATERIALIZED (
    SELECT id, CASE WHEN rare = 0 THEN array_to_string(words[1:3], ' & ') ELSE (
        SELECT string_agg(format('(%%s & (%%s))', words[n], array_to_string(words[n + 1:], ' | ')), ' | ')
        FROM generate_series(1, least(rare, cardinality(words) - 1)) AS n) END::tsquery AS words
    FROM ordered)
SELECT said.id, best.share, best.text FROM asked JOIN said USING (id) CROSS JOIN LATERAL (
    SELECT found.share, found.text FROM (
        SELECT t.id, t.claim_id, t.text,
            (SELECT count(*) FROM unnest(tsvector_to_array(t.vector)) AS x (word) WHERE x.word = ANY(said.words))::float8
            / greatest(t.length, 1) AS share
        FROM publishing_checktext t WHERE t.claim_id IS NOT NULL AND t.vector @@ asked.words LIMIT %(found)s) AS found
    WHERE found.share >= 0.6 AND NOT EXISTS (
        SELECT FROM annotations_appearance a JOIN annotations_passage p ON p.id = a.passage_id
        WHERE a.claim_id = found.claim_id AND a.removed_at IS NULL AND p.article_id = said.article_id)
    ORDER BY found.share DESC, found.id LIMIT %(compared)s) AS best
"""
_WORDS = """
SELECT s.id, s.article_id, s.revision_id, s.start, s."end", s.language, substr(r.text, s.start + 1, s."end" - s.start)
FROM articles_sentence s JOIN articles_articlerevision r ON r.id = s.revision_id WHERE s.id = ANY(%s)
"""


def note_uncompared(*, article_ids: Iterable[UUID], **_signal: Any) -> None:
    """Ask for these articles to be compared. The caller's transaction holds the rows."""
    UncomparedArticle.objects.bulk_create(UncomparedArticle(article_id=pk) for pk in article_ids)


def compare_articles(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Compare up to `limit` articles with the claims. Returns how many; 0 where another process is at it."""
    # Before the transaction: it would keep the index locked until the articles are compared.
    refresh_index()
    with transaction.atomic():
        if not try_lock(Lock.REPEATS):
            return 0
        waiting = list(UncomparedArticle.objects.order_by("pk").values_list("pk", "article_id")[:limit])
        if not waiting:
            return 0
        propose_repeats(_find_repeats({article for _, article in waiting}), now=now)
        UncomparedArticle.objects.filter(pk__in=[pk for pk, _ in waiting]).delete()
    return len(waiting)


def _find_repeats(article_ids: Collection[UUID]) -> list[Repeat]:
    """Return the sentences of these articles that say what a claim says, with the same numbers."""
    sentences = _sentences_like_claims(article_ids)
    if not sentences:
        return []
    only = Filter("t.claim_id IS NOT NULL")
    found = match_texts([row[5] for row in sentences], only=only, least_score=LEAST_SCORE, limit=3)
    return [
        Repeat(
            claim_id=match.claim_id,
            article_id=article,
            revision_id=revision,
            start=start,
            end=end,
            words=words,
            score=match.score,
        )
        for (article, revision, start, end, _, words), checks in zip(sentences, found, strict=True)
        for match in checks.matches
        if match.claim_id is not None and not match.other_numbers
    ]


def _sentences_like_claims(article_ids: Collection[UUID]) -> list[tuple[Any, ...]]:
    """Return the sentences that share most words of a claim and no number that differs, those that share most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "articles": list(article_ids),
                "corpus": CHECKS.name,
                "most": _MOST_TEXTS,
                "found": _MOST_FOUND,
                "compared": _MOST_COMPARED,
            },
        )
        candidates = cursor.fetchall()
        if not candidates:
            return []
        cursor.execute(_WORDS, [list({pk for pk, _, _ in candidates})])
        sentences = {row[0]: row[1:] for row in cursor.fetchall()}
    shares: dict[int, float] = {}
    for pk, share, text in candidates:
        # Before the encoder is asked: reports of one kind differ in nothing but their numbers.
        if share > shares.get(pk, 0) and not differing_numbers(sentences[pk][-1], text):
            shares[pk] = share
    return [sentences[pk] for pk in sorted(shares, key=lambda pk: (-shares[pk], pk))[:MOST_SENTENCES]]
