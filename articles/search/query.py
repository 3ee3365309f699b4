"""Find articles by words: each word or "phrase" of the question must occur somewhere in the article, -word nowhere.

Words are looked up in the configurations of all of the desk's languages, because a passage is indexed in its own.
Postgres is asked for the forms first and each is kept once: the planner takes `'budget'

'budget'` for twice as frequent.
"""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, FloatField, Func, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from articles.models import Article, SearchPassage
from articles.search.words import search_words
from articles.text.languages import search_config
from core.database.sql import prepared

MAX_UNITS = 16  # each word adds an index scan; a pasted paragraph would add hundreds
_UNIT = re.compile(r'(-?)(?:"([^"]+)"|(\S+))')
# C0 controls never stand in a canonical text, so these cannot be confused with it.
_OPEN, _CLOSE = "\x02", "\x03"
# Postgres takes them for letters and would not find the words beside them: see `search_words`.
_TYPOGRAPHIC, _PLAIN = "“”„«»‘’‚‹›–—…", "\"\"\"\"\"'''''--."
_HEADLINE = f'StartSel="{_OPEN}", StopSel="{_CLOSE}", MaxWords=40, MinWords=20, MaxFragments=1'


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word or phrase. `is_phrase` keeps its words together."""

    words: str
    is_phrase: bool
    is_wanted: bool


def _units_of(question: str) -> list[_Unit]:
    """Return the words and phrases of a question. OR and other operators are words like any other."""
    found = []
    for match in _UNIT.finditer(question.replace("\0", " ")):
        words = match[2] or match[3]
        if any(character.isalnum() for character in words):
            found.append(_Unit(words.strip('"'), bool(match[2]), not match[1]))
    return found[:MAX_UNITS]


class _Ready(SearchQuery):
    """A tsquery that Postgres has already written; it is parsed as is."""

    def __init__(self, tsquery: str) -> None:
        super().__init__(Value(tsquery))
        self.function, self.template = "", "%(expressions)s::tsquery"


class ArticleSearch:
    """A parsed question. Postgres provides the languages, forms and stop words."""

    def __init__(self, question: str) -> None:
        asked = _without_stop_words(_formed(tuple(_units_of(question)), configs_in_use()))
        self._wanted = [tsquery for unit, tsquery in asked if unit.is_wanted]
        self._unwanted = [tsquery for unit, tsquery in asked if not unit.is_wanted]
        self.is_empty = not self._wanted
        either = " | ".join(f"({tsquery})" for tsquery in self._wanted if tsquery)
        self.any_wanted = None if self.is_empty else _Ready(either)

    def filter(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """Return the articles that match, with `rank` (higher is better). None if the question is empty."""
        if self.any_wanted is None:
            return articles.none().annotate(rank=Value(0.0, FloatField()))
        for tsquery in self._wanted:
            articles = articles.filter(_holds(tsquery))
        for tsquery in self._unwanted:
            articles = articles.exclude(_holds(tsquery))
        ranks = (
            SearchPassage.objects.filter(article=OuterRef("pk"), vector=self.any_wanted).order_by().values("article")
        )
        best = ranks.annotate(best=Max(SearchRank("vector", self.any_wanted))).values("best")
        return articles.annotate(rank=Coalesce(Cast(Subquery(best), FloatField()), 0.0))

    def condition(self, article_id: str) -> tuple[str, list[str]]:
        """Return (SQL condition on an article id column, parameters), for queries that must be planned each time."""
        if self.is_empty:
            return "false", []
        holds = f"{article_id} IN (SELECT article_id FROM articles_searchpassage WHERE vector @@ %s::tsquery)"
        conditions = [holds] * len(self._wanted) + [f"NOT {holds}"] * len(self._unwanted)
        return f"({' AND '.join(conditions)})", self._wanted + self._unwanted

    def snippets(self, article_ids: Iterable[UUID]) -> dict[UUID, SafeString]:
        """Return each article's best passage as escaped HTML, with the matching words in `<mark>`."""
        if self.any_wanted is None:
            return {}
        exact = Substr("revision__text", F("start") + 1, F("end") - F("start"))
        words = Func(exact, Value(_TYPOGRAPHIC), Value(_PLAIN), function="translate", output_field=TextField())
        config = Func(F("config"), template="(%(expressions)s)::regconfig", output_field=TextField())
        headline = Func(
            config, words, self.any_wanted, Value(_HEADLINE), function="ts_headline", output_field=TextField()
        )
        best = (
            SearchPassage.objects.filter(article__in=list(article_ids), vector=self.any_wanted)
            .annotate(rank=SearchRank("vector", self.any_wanted), headline=headline)
            .order_by("article", "-rank", "position")
            .distinct("article")
        )
        return {article: _as_html(found) for article, found in best.values_list("article", "headline")}


class _ConfigsInUse:
    """The search configurations of the articles' languages, and `simple`. Refreshed every two seconds.

    Until then an article in a language that is new to the desk is found only by exact words.
    """

    KEPT_SECONDS = 2.0

    def __init__(self) -> None:
        self._known: tuple[tuple[str, ...], float] | None = None

    def __call__(self) -> tuple[str, ...]:
        known = self._known
        if known is None or time.monotonic() - known[1] >= self.KEPT_SECONDS:
            known = self._known = self._ask(), time.monotonic()
        return known[0]

    def forget(self) -> None:
        self._known = None

    def _ask(self) -> tuple[str, ...]:
        with prepared() as cursor:
            cursor.execute(_LANGUAGES)
            return tuple(sorted({search_config(language) for (language,) in cursor.fetchall()} | {"simple"}))


configs_in_use = _ConfigsInUse()


# DISTINCT would read every article; this steps through the index from one language to the next.
_LANGUAGES = """
WITH RECURSIVE seen AS (
    (SELECT language FROM articles_article ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT a.language FROM articles_article a WHERE a.language > seen.language ORDER BY a.language LIMIT 1)
    FROM seen WHERE seen.language IS NOT NULL
) SELECT language FROM seen WHERE language IS NOT NULL
"""
_FORMS = """
SELECT coalesce(string_agg(DISTINCT form::text, ' | ') FILTER (WHERE numnode(form) > 0), ''), bool_or(numnode(form) = 0)
FROM (
    SELECT number, CASE WHEN is_phrase THEN phraseto_tsquery(config::regconfig, words)
        ELSE plainto_tsquery(config::regconfig, words) END AS form
    FROM unnest(%s::int[], %s::bool[], %s::text[], %s::text[]) AS asked (number, is_phrase, config, words)
) formed GROUP BY number ORDER BY number
"""


class _Formed(NamedTuple):
    unit: _Unit
    tsquery: str
    is_stop_word: bool


@lru_cache(maxsize=256)
def _formed(units: tuple[_Unit, ...], configs: tuple[str, ...]) -> list[_Formed]:
    """Return each unit with its forms in the configurations. A stop word is one that some language does not index.

    Cached: the lexemes of a word never change while Postgres runs, and every page of an answer asks the same question
    again.
    """
    if not units:
        return []
    rows = [
        (number, unit.is_phrase, config, search_words(unit.words))
        for number, unit in enumerate(units)
        for config in configs
    ]
    with prepared() as cursor:
        cursor.execute(_FORMS, [list(column) for column in zip(*rows, strict=True)])
        return [_Formed(unit, *found) for unit, found in zip(units, cursor.fetchall(), strict=True)]


def _without_stop_words(asked: list[_Formed]) -> list[tuple[_Unit, str]]:
    """Drop wanted words that some language does not index, unless nothing is left."""
    wanted = [one for one in asked if one.unit.is_wanted]
    kept = [one for one in wanted if not one.is_stop_word] or wanted
    return [(one.unit, one.tsquery) for one in asked if not one.unit.is_wanted or one in kept]


def _holds(tsquery: str) -> Q:
    return Q(pk__in=SearchPassage.objects.filter(vector=_Ready(tsquery)).values("article"))


def _as_html(headline: str) -> SafeString:
    before, *marked = headline.split(_OPEN)
    parts = (part.partition(_CLOSE) for part in marked)
    return escape(before) + format_html_join("", "<mark>{}</mark>{}", ((match, after) for match, _, after in parts))
