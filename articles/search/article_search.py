"""Search of whole articles: those that have all the words first, then those that lack some, with their best passages.

The cost is bounded: at most 1,000 articles are ranked. A word that more texts have looks for articles only together with
another one; where all the words are that frequent, the newest articles are looked at.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from articles.models import Article
from articles.search.query import Formed, form_question
from articles.search.ranking_query import MAX_POSTINGS, Lookup, lookups_of
from articles.search.terms import SMALL

MOST_FOUND = 1_000
_NEWEST = 1_000
_SHOWN = 3  # passages of an article
_OF_HEADLINE, _TOGETHER = 0.3, 0.7  # beside the words' own weight: in the headline, in one passage


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """A passage with words of the question, in code points of the current revision's text."""

    position: int
    start: int
    end: int
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """`missing` are the words of the question that the article lacks; `passages` the best, in the order of the text."""

    id: UUID
    score: float
    missing: tuple[str, ...]
    passages: tuple[PassagePlace, ...]


class ArticleSearch:
    """A question, understood once. It is empty where it holds nothing but the stop words of its language."""

    def __init__(self, question: str) -> None:
        formed = form_question(question)
        self.wanted = [one for one in formed if one.unit.is_wanted]
        self._unwanted = [one for one in formed if not one.unit.is_wanted]
        self.is_empty = not self.wanted
        self._weights = [_weight_of(one) for one in self.wanted]

    def find(self) -> list[FoundArticle]:
        """Return the articles, best first: all of them with all the words before any that lacks one. One query."""
        found = [self._found(article, places) for article, places in self._read().items()]
        # Ids grow with time: of equals the newest first.
        return sorted(found, key=lambda one: (bool(one.missing), -one.score, -one.id.int))

    def having_all(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """Return those of the articles that have all the words, in their order. Its query is not for `prepared()`.

        Knowing the words, Postgres walks the list where they are frequent and asks their index where they are rare.
        """
        if self.is_empty:
            return articles.none()
        for one in self.wanted:
            articles = articles.filter(_has(one))
        for one in self._unwanted:
            articles = articles.exclude(_has(one))
        return articles

    def _read(self) -> dict[UUID, list[PassagePlace]]:
        """Return each article's passages with words of the question, without articles that hold a refused word."""
        if self.is_empty:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(*self._statement())
            rows = cursor.fetchall()
        places: dict[UUID, list[PassagePlace]] = defaultdict(list)
        refused = set()
        for article, position, start, end, numbers in rows:
            if any(number >= len(self.wanted) for number in numbers):
                refused.add(article)
            places[article].append(PassagePlace(position, start, end, frozenset(numbers)))
        return {article: own for article, own in places.items() if article not in refused}

    def _found(self, article: UUID, places: list[PassagePlace]) -> FoundArticle:
        here = frozenset[int]().union(*(place.units for place in places))
        headline = frozenset[int]().union(*(place.units for place in places if place.position == 0))
        score = self._weight(here) + _OF_HEADLINE * self._weight(headline)
        score += _TOGETHER * max(self._weight(place.units) for place in places)
        missing = tuple(one.unit.written for number, one in enumerate(self.wanted) if number not in here)
        return FoundArticle(article, round(score, 6), missing, tuple(self._best(places)))

    def _best(self, places: list[PassagePlace]) -> list[PassagePlace]:
        """Up to three passages: each time the one that brings most that the others do not have."""
        left, chosen, covered = list(places), list[PassagePlace](), frozenset[int]()
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
        return sum(self._weights[number] for number in numbers if number < len(self._weights))

    def _statement(self) -> tuple[str, list[Any]]:
        queries = [one.query for one in (*self.wanted, *self._unwanted)]
        lookups = lookups_of(
            [Lookup(one.query, one.texts, weight) for one, weight in zip(self.wanted, self._weights, strict=True)]
        )
        newest, params = "", [[query for query, _ in lookups], [weight for _, weight in lookups]]
        if min(one.texts for one in self.wanted) > MAX_POSTINGS:
            newest = f"""UNION ALL SELECT p.article_id, 0, 0.0 FROM (
                SELECT id FROM articles_article ORDER BY created_at DESC, id DESC LIMIT {_NEWEST}) recent
                JOIN articles_searchpassage p ON p.article_id = recent.id WHERE p.vector @@ %s::tsquery"""
            params.append(" | ".join(f"({one.query})" for one in self.wanted))
        sql = f"""
            WITH asked AS MATERIALIZED (
                SELECT number - 1 AS number, query::tsquery AS query
                FROM unnest(%s::text[]) WITH ORDINALITY AS given (query, number)
            ), candidates AS MATERIALIZED (
                SELECT article_id FROM (
                    SELECT DISTINCT p.article_id, looked.number, looked.weight
                    FROM unnest(%s::text[], %s::float8[]) WITH ORDINALITY AS looked (query, weight, number)
                    CROSS JOIN LATERAL (SELECT article_id FROM articles_searchpassage p
                        WHERE p.vector @@ looked.query::tsquery LIMIT {MAX_POSTINGS}) p {newest}
                ) looked_up GROUP BY article_id ORDER BY sum(weight) DESC, article_id DESC LIMIT {MOST_FOUND}
            )
            SELECT p.article_id, p.position, p.start, p."end", array_agg(asked.number)
            FROM candidates JOIN articles_searchpassage p ON p.article_id = candidates.article_id
            JOIN asked ON p.vector @@ asked.query
            GROUP BY p.id, p.article_id, p.position, p.start, p."end"
        """
        return sql, [queries, *params]


def _has(one: Formed) -> RawSQL:
    """Return the condition that an article has a word, which Postgres makes a join."""
    condition = "p.article_id = articles_article.id AND p.vector @@ %s::tsquery"
    return RawSQL(f"EXISTS (SELECT FROM articles_searchpassage p WHERE {condition})", [one.query], BooleanField())


def _weight_of(one: Formed) -> float:
    total = max(one.total, SMALL)
    texts = min(one.texts, total)
    return math.log(1 + (total - texts + 0.5) / (texts + 0.5))
