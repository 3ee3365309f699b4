"""Search of whole articles: those that have all the words first, then those that lack some, with their best passages.

The cost is bounded: at most 1,000 articles are ranked. A word that more texts have looks for articles only together with
another one; where all the words are that frequent, the 400 newest articles that have all of them are ranked too. Postgres
ranks, and only the passages of the page that is shown are read.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from articles.models import Article
from articles.search.query import Formed, corpus_now, form_question
from articles.search.ranking_query import Lookup, both_of, pairs_of, split_by_frequency
from articles.search.terms import SMALL

MOST_FOUND = 1_000
# Of a frequent word: 400 cost Postgres 8 ms, 1,000 would 20, and nobody turns sixteen pages (2026-11-30).
_NEWEST = 400
# A word of more texts than this looks for articles only together with another one. Counts of texts lag behind a little.
_POSTINGS = 2_000
_OF_PAIR = 1_000  # passages in which two frequent words look for articles
_SHOWN = 3  # passages of an article
_OF_HEADLINE, _TOGETHER = 0.3, 0.7  # beside the words' own weight: in the headline, in one passage


@dataclass(frozen=True, slots=True)
class _PassagePlace:
    """A passage with words of the question; `units` are their numbers."""

    id: int
    position: int
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """`missing` are the words of the question that the article lacks."""

    id: UUID
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Articles, best first. `is_cut`: as many were ranked as ever are."""

    found: list[FoundArticle]
    is_cut: bool


class ArticleSearch:
    """A question, understood once. It is empty where it holds nothing but the stop words of its language."""

    def __init__(self, question: str) -> None:
        formed = form_question(question)
        self.wanted = [one for one in formed if one.unit.is_wanted]
        self._unwanted = [one for one in formed if not one.unit.is_wanted]
        self.is_empty = not self.wanted
        self._weights = [_weight_of(one) for one in self.wanted]

    def rank(self, articles: QuerySet[Article], *, newest_first: bool = False) -> _Ranking:
        """Rank the articles: all of them with all the words before any that lacks one. One query."""
        try:
            listed, params = articles.order_by().values_list("pk", _AT).query.sql_with_params()
        except EmptyResultSet:
            return _Ranking([], is_cut=False)
        if self.is_empty:
            return _Ranking([], is_cut=False)
        ranking, ranking_params = self._statement()
        # Ids grow with time: of equals the newest first.
        sql = f"""
            {ranking}
            SELECT looked.is_cut, ordered.id, ordered.here
            FROM (SELECT (SELECT count(*) FROM candidates) >= {MOST_FOUND}
                    OR (SELECT count(*) FROM hits WHERE position IS NULL) >= {_NEWEST} AS is_cut) looked LEFT JOIN (
                SELECT ranked.article_id AS id, ranked.here, row_number() OVER (ORDER BY ranked.here = {self._all} DESC,
                    {"list.at" if newest_first else "ranked.score"} DESC, ranked.article_id DESC) AS number
                FROM ranked JOIN ({listed}) list (id, at) ON list.id = ranked.article_id
            ) ordered ON true ORDER BY ordered.number
        """
        with connection.cursor() as cursor:
            cursor.execute(sql, [*ranking_params, *params])
            rows = cursor.fetchall()
        missing = {here: self._missing(here) for here in {row[2] for row in rows} - {None}}
        return _Ranking([FoundArticle(pk, missing[here]) for _, pk, here in rows if pk], is_cut=rows[0][0])

    def passages_of(self, articles: Collection[UUID]) -> dict[UUID, list[_PassagePlace]]:
        """Return each article's best passages, in the order of its text. One query."""
        units, params = _units_of(self.wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT p.article_id, p.id, p.position, {units} FROM articles_searchpassage p WHERE p.article_id = ANY(%s)",
                [*params, list(articles)],
            )
            rows = cursor.fetchall()
        places: dict[UUID, list[_PassagePlace]] = defaultdict(list)
        for article, pk, position, here in rows:
            if here:
                numbers = frozenset(number for number in range(len(self.wanted)) if here >> number & 1)
                places[article].append(_PassagePlace(pk, position, numbers))
        return {article: self._best(own) for article, own in places.items()}

    def having_all(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """Return those of the articles that have all the words, in their order. Its query is not for `prepared()`.

        Postgres walks the list where the words are frequent. Rare ones are looked up first: it takes a word that it has no
        statistics of for more frequent than it is, and walked 33,000 articles to find ten, in a second (2026-11-30).
        """
        return articles.none() if self.is_empty else having(articles, self.conditions())

    def conditions(self) -> dict[str, str]:
        """Return each word's tsquery for `having`, under a name that says how it is looked for."""
        rare, _ = self._by_frequency()
        # A desk whose words were never counted knows less than Postgres.
        known = [one.query for one in rare if self.wanted[0].total]
        others = [one.query for one in self.wanted if one.query not in known]
        unwanted = [one.query for one in self._unwanted]
        kinds = {"first": known[:1], "rare": known[1:], "has": others, "lacks": unwanted}
        return {f"{kind}_{number}": query for kind, queries in kinds.items() for number, query in enumerate(queries)}

    def _by_frequency(self) -> tuple[list[Lookup], list[Lookup]]:
        """Return the rare words and the frequent ones, the rarest first."""
        return split_by_frequency(
            [Lookup(one.query, one.texts, weight) for one, weight in zip(self.wanted, self._weights, strict=True)],
            # Taken for rare and looked up first, a frequent word took nine times as long after an import (2026-12-01).
            most=int(_POSTINGS / corpus_now().growth),
        )

    @property
    def _all(self) -> int:
        return (1 << len(self.wanted)) - 1

    def _missing(self, here: int) -> tuple[str, ...]:
        return tuple(one.unit.written for number, one in enumerate(self.wanted) if not here >> number & 1)

    def _best(self, places: list[_PassagePlace]) -> list[_PassagePlace]:
        """Up to three passages: each time the one that brings most that the others do not have."""
        left, chosen, covered = list(places), list[_PassagePlace](), frozenset[int]()
        while left and len(chosen) < _SHOWN:
            best = max(
                left,
                key=lambda place: (
                    self._weight(place.units - covered),
                    self._weight(place.units),
                    -place.position,
                ),
            )
            left.remove(best)
            chosen.append(best)
            covered |= best.units
        return sorted(chosen, key=lambda place: place.position)

    def _weight(self, numbers: frozenset[int]) -> float:
        return sum(self._weights[number] for number in numbers)

    def _weight_in(self, units: str) -> str:
        """Return the SQL of the weight of the words in a column of units."""
        parts = (
            f"CASE WHEN {units} & {1 << number} > 0 THEN {one!r}::float8 ELSE 0 END"
            for number, one in enumerate(self._weights)
        )
        return f"({' + '.join(parts)})"

    def _statement(self) -> tuple[str, list[Any]]:
        """Return the CTEs `candidates` and `ranked` (article_id, here, score). `here` has a bit for each word.

        A hit is a passage with the bits of words that it has; the newest articles come without one. Rare words are looked for
        everywhere, the others among the candidates alone. An article with a refused word is no longer in `ranked`.
        """
        bits: dict[str, int] = defaultdict(int)
        for number, one in enumerate(self.wanted):
            bits[one.query] |= 1 << number
        rare, frequent = self._by_frequency()
        lookups = [(one.query, bits[one.query], 2 * _POSTINGS) for one in rare]
        lookups += [
            (both_of(one, other), bits[one.query] | bits[other.query], _OF_PAIR) for one, other in pairs_of(frequent)
        ]
        newest, newest_params = ("SELECT NULL::uuid AS id WHERE false", ()) if rare else self._newest()
        known = {one.query for one in rare}
        probed = [
            (one.query, 1 << number)
            for number, one in enumerate([*self.wanted, *self._unwanted])
            if one.query not in known or number >= len(self.wanted)
        ]
        probing, probing_params = _probing(probed)
        here, headline = "bit_or(units)", "coalesce(bit_or(units) FILTER (WHERE position = 0), 0)"
        weight, together = self._weight_in(here), f"max({self._weight_in('units')})"
        sql = f"""
            WITH newest AS MATERIALIZED ({newest}), hits AS MATERIALIZED (
                SELECT p.article_id, p.position, looked.units
                FROM unnest(%s::text[], %s::int[], %s::int[]) AS looked (query, units, most)
                CROSS JOIN LATERAL (SELECT article_id, position FROM articles_searchpassage p
                    WHERE p.vector @@ looked.query::tsquery LIMIT looked.most) p
                WHERE (SELECT count(*) FROM newest) < {_NEWEST}
                UNION ALL SELECT id, NULL, {self._all} FROM newest
            ), candidates AS MATERIALIZED (
                SELECT article_id FROM hits GROUP BY article_id
                ORDER BY {weight} DESC, article_id DESC LIMIT {MOST_FOUND}
            ), ranked AS MATERIALIZED (
                SELECT article_id, {here} AS here, {weight}
                    + {_OF_HEADLINE}::float8 * {self._weight_in(headline)} + {_TOGETHER}::float8 * {together} AS score
                FROM (SELECT article_id, position, bit_or(units) AS units
                      FROM (SELECT * FROM hits WHERE article_id IN (SELECT article_id FROM candidates) {probing}) hits
                      WHERE position IS NOT NULL GROUP BY article_id, position) passages
                GROUP BY article_id HAVING {here} <= {self._all}
            )
        """
        columns = map(list, zip(*lookups, strict=True)) if lookups else ([], [], [])
        return sql, [*newest_params, *columns, *probing_params]

    def _newest(self) -> tuple[str, tuple[Any, ...]]:
        """Return the query of the newest articles with all the words: an index would give any of them."""
        newest = self.having_all(Article.objects.order_by("-created_at", "-pk")).values("pk")[:_NEWEST]
        sql, params = newest.query.sql_with_params()
        return f"SELECT id FROM ({sql}) listed (id)", params


def _probing(words: Sequence[tuple[str, int]]) -> tuple[str, list[str]]:
    """Return hits of the words (tsquery, bit) in the candidates' passages."""
    if not words:
        return "", []
    bits = " + ".join(f"CASE WHEN p.vector @@ %s::tsquery THEN {bit} ELSE 0 END" for _, bit in words)
    queries = [query for query, _ in words]
    sql = f"""UNION ALL SELECT p.article_id, p.position, {bits}
        FROM candidates JOIN articles_searchpassage p ON p.article_id = candidates.article_id WHERE p.vector @@ %s::tsquery"""
    return sql, [*queries, " | ".join(f"({query})" for query in queries)]


_AT = Coalesce("published_at", "created_at")
_HAS = """
EXISTS (SELECT FROM articles_searchpassage p WHERE p.article_id = articles_article.id AND p.vector @@ %s::tsquery)
"""  # a condition that Postgres makes a join
_CONDITIONS = {
    # An array is made once and each of its articles fetched by its key; a subquery with OFFSET is made once and hashed.
    "first": """
articles_article.id = ANY(ARRAY(SELECT article_id FROM articles_searchpassage WHERE vector @@ %s::tsquery))
""",
    "rare": """
articles_article.id IN (SELECT article_id FROM articles_searchpassage WHERE vector @@ %s::tsquery OFFSET 0)
""",
    "has": _HAS,
    "lacks": _HAS,
}


def _units_of(formed: Collection[Formed]) -> tuple[str, list[str]]:
    """Return the SQL of a number with a bit for each of the words that passage p has."""
    bits = (f"CASE WHEN p.vector @@ %s::tsquery THEN {1 << number} ELSE 0 END" for number in range(len(formed)))
    return f"({' + '.join(bits)})", [one.query for one in formed]


def having(articles: QuerySet[Article], conditions: Mapping[str, str]) -> QuerySet[Article]:
    """Return those of the articles that meet the conditions of a search."""
    for name, query in conditions.items():
        kind, _, _ = name.partition("_")
        condition = RawSQL(_CONDITIONS[kind], [query], BooleanField())
        articles = articles.exclude(condition) if kind == "lacks" else articles.filter(condition)
    return articles


def _weight_of(one: Formed) -> float:
    total = max(one.total, SMALL)
    texts = min(one.texts, total)
    return math.log(1 + (total - texts + 0.5) / (texts + 0.5))
