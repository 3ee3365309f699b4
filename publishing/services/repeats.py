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
from articles.search.ranking_query import Filter
from core.database.locks import Lock, try_lock
from publishing.models import UncomparedArticle
from publishing.services.check_index import CHECKS
from publishing.services.checks import match_texts, refresh_index

AT_ONCE = 25  # articles
# A proposal asks for somebody's time in an article that they were not reading: it must say the same, not something like it.
LEAST_SCORE = 0.6
MOST_SENTENCES = 200  # of one batch, those that share most first

# A sentence is looked up by pairs of its six rarest words that any claim has, then compared by all of them.
_CANDIDATES = """
WITH said AS MATERIALIZED (
    SELECT s.id, s.vector, tsvector_to_array(s.vector) AS words FROM articles_sentence s
    WHERE s.article_id = ANY(%s) AND s.length >= 3),
rare AS MATERIALIZED (
    SELECT said.id, (array_agg(u.word ORDER BY w.texts, u.word))[1:6] AS words
    FROM said, unnest(said.words) AS u (word)
    JOIN articles_wordcount w ON w.corpus = %s AND w.lexeme = u.word
    WHERE u.word !~ '[''\\\\]' GROUP BY said.id HAVING count(*) >= 3),
asked AS MATERIALIZED (
    SELECT rare.id, (SELECT string_agg(format('(''%%s'' & ''%%s'')', a.word, b.word), ' | ')
        FROM unnest(rare.words) WITH ORDINALITY AS a (word, n)
        JOIN unnest(rare.words) WITH ORDINALITY AS b (word, n) ON b.n > a.n)::tsquery AS pairs
    FROM rare)
SELECT said.id FROM asked JOIN said USING (id) CROSS JOIN LATERAL (
    SELECT max((SELECT count(*) FROM unnest(tsvector_to_array(t.vector)) AS x (word) WHERE x.word = ANY(said.words))::float8
        / greatest(t.length, 1)) AS share
    FROM publishing_checktext t WHERE t.claim_id IS NOT NULL AND t.vector @@ asked.pairs) AS best
WHERE best.share >= 0.6 ORDER BY best.share DESC, said.id LIMIT %s
"""
_WORDS = """
SELECT s.article_id, s.revision_id, s.start, s."end", s.language, substr(r.text, s.start + 1, s."end" - s.start)
FROM articles_sentence s JOIN articles_articlerevision r ON r.id = s.revision_id WHERE s.id = ANY(%s) ORDER BY s.id
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
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [list(article_ids), CHECKS.name, MOST_SENTENCES])
        ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return []
        cursor.execute(_WORDS, [ids])
        sentences = cursor.fetchall()
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
