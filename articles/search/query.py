"""Finding articles by words: each word or "phrase" of the question must stand somewhere in the article, -word nowhere.

Words are looked up in the configuration of every language the desk has, as a passage is indexed in its own.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from html import escape
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, FloatField, Func, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils.safestring import SafeString, mark_safe

from articles.languages import cjk_bigrams, search_config
from articles.models import Article, SearchPassage

MAX_UNITS = 16
_UNIT = re.compile(r'(-?)(?:"([^"]+)"|(\S+))')
# C0 controls never stand in a canonical text, so these cannot be confused with it.
_OPEN, _CLOSE = "\x02", "\x03"
_HEADLINE = f'StartSel="{_OPEN}", StopSel="{_CLOSE}", MaxWords=40, MinWords=20, MaxFragments=1'


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or phrase. `is_phrase` keeps its words together."""

    words: str
    is_phrase: bool
    is_wanted: bool


def units_of(question: str) -> list[Unit]:
    """The words and phrases asked for; OR and other operators are words like any other."""
    found = []
    for match in _UNIT.finditer(question.replace("\0", " ")):
        words = match[2] or match[3]
        if any(character.isalnum() for character in words):
            found.append(Unit(words.strip('"'), bool(match[2]), not match[1]))
    return found[:MAX_UNITS]


class ArticleSearch:
    """A question, understood once; two small queries tell which languages and stop words there are."""

    def __init__(self, question: str) -> None:
        self._configs = configs_in_use()
        units = units_of(question)
        wanted = [unit for unit in units if unit.is_wanted]
        self.units = _without_stop_words(wanted, self._configs) + [unit for unit in units if not unit.is_wanted]
        wanted = [unit for unit in self.units if unit.is_wanted]
        self.is_empty = not wanted
        self.any_wanted = reduce(lambda one, other: one | other, map(self._query, wanted)) if wanted else None

    def filter(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """The articles that have all of it, with `rank` (higher is better). None where nothing was asked for."""
        if self.any_wanted is None:
            return articles.none()
        for unit in self.units:
            holds = Q(pk__in=SearchPassage.objects.filter(vector=self._query(unit)).values("article"))
            articles = articles.filter(holds if unit.is_wanted else ~holds)
        ranks = (
            SearchPassage.objects.filter(article=OuterRef("pk"), vector=self.any_wanted).order_by().values("article")
        )
        best = ranks.annotate(best=Max(SearchRank("vector", self.any_wanted))).values("best")
        return articles.annotate(rank=Coalesce(Cast(Subquery(best), FloatField()), 0.0))

    def snippets(self, article_ids: Iterable[UUID]) -> dict[UUID, SafeString]:
        """For each article the best passage as escaped HTML, the words found in `<mark>`."""
        if self.any_wanted is None:
            return {}
        words = Substr("revision__text", F("start") + 1, F("end") - F("start"))
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

    def _query(self, unit: Unit) -> SearchQuery:
        kind = "phrase" if unit.is_phrase else "plain"
        queries = [SearchQuery(_words(unit, config), config=config, search_type=kind) for config in self._configs]
        return reduce(lambda one, other: one | other, queries)


def configs_in_use() -> list[str]:
    """The configurations of the languages of the desk's articles, `simple` among them."""
    languages = Article.objects.order_by().values_list("language", flat=True).distinct()
    return sorted({search_config(language) for language in languages} | {"simple"})


def _words(unit: Unit, config: str) -> str:
    return cjk_bigrams(unit.words) if config == "simple" else unit.words


def _without_stop_words(units: Sequence[Unit], configs: Sequence[str]) -> list[Unit]:
    """Without the words that some language does not index, unless that leaves nothing."""
    if not units:
        return []
    rows = [(number, config, unit.words) for number, unit in enumerate(units) for config in configs]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT number FROM unnest(%s::int[], %s::text[], %s::text[]) AS asked (number, config, words)"
            " WHERE numnode(plainto_tsquery(config::regconfig, words)) = 0",
            [list(column) for column in zip(*rows, strict=True)],
        )
        empty = {number for (number,) in cursor.fetchall()}
    return [unit for number, unit in enumerate(units) if number not in empty] or list(units)


def _as_html(headline: str) -> SafeString:
    marked = escape(headline).replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
    return mark_safe(marked)  # noqa: S308 -- escaped above, the marks are ours
