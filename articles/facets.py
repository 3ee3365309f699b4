"""Facets of the article list, with counts.

Apps above add states with `register_state`: a name, a label and a function that makes the query condition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from articles.models import Article
from articles.models.articles import ArticleQuerySet
from core.database.kept import kept_or_made

PERIODS = {
    "day": (gettext_lazy("Last 24 hours"), 1),
    "week": (gettext_lazy("Last 7 days"), 7),
    "month": (gettext_lazy("Last 30 days"), 30),
    "year": (gettext_lazy("Last year"), 365),
}
NONE = "none"
_MOST_OPTIONS = 12
# The counts of so many articles may be so old.
_LONG, _LONG_KEPT_SECONDS = 1_000, 30
_states: dict[str, tuple[str, Callable[[], Any], str]] = {}

LANGUAGES = {
    "ar": gettext_noop("Arabic"),
    "de": gettext_noop("German"),
    "en": gettext_noop("English"),
    "es": gettext_noop("Spanish"),
    "fa": gettext_noop("Persian"),
    "fr": gettext_noop("French"),
    "he": gettext_noop("Hebrew"),
    "hi": gettext_noop("Hindi"),
    "it": gettext_noop("Italian"),
    "ja": gettext_noop("Japanese"),
    "ko": gettext_noop("Korean"),
    "nl": gettext_noop("Dutch"),
    "pl": gettext_noop("Polish"),
    "pt": gettext_noop("Portuguese"),
    "ru": gettext_noop("Russian"),
    "tr": gettext_noop("Turkish"),
    "uk": gettext_noop("Ukrainian"),
    "zh": gettext_noop("Chinese"),
}


def register_state(name: str, label: str, condition: Callable[[], Any], *, rest_of: str = "") -> None:
    """Add a state; its label is translated where it is drawn.

    `rest_of` names the state that all other articles have: only that one is counted.
    """
    _states[name] = (label, condition, rest_of)


def language_name(tag: str) -> str:
    """Return the language in words; the tag where it is not among those known."""
    return gettext(LANGUAGES[tag]) if tag in LANGUAGES else tag or gettext("Not known")


@dataclass(frozen=True, slots=True)
class _Option:
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class _Facet:
    title: str
    options: list[_Option]


class ArticleFilter:
    """The query and facet choices of a request; unknown choices are dropped."""

    def __init__(self, given: Mapping[str, str], now: datetime) -> None:
        self._now = now.replace(
            second=0, microsecond=0
        )  # so that all pages of a list ask the same query within a minute
        given = {name: value.replace("\0", " ") for name, value in given.items()}
        self.q = given.get("q", "").strip()[:300]
        self.chosen = {
            name: value for name in ("source", "language", "period", "state") if (value := given.get(name, ""))
        }
        self.sort = "date" if given.get("sort") == "date" else ""
        self.has_old_counts = False  # set by facets(): they may be _LONG_KEPT_SECONDS old
        # A UUID that is none would be an error of the database.
        if not self._is_source(self.chosen.get("source", NONE)):
            del self.chosen["source"]
        for name, known in (("period", PERIODS), ("state", _states)):
            if self.chosen.get(name) not in known:
                self.chosen.pop(name, None)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chosen)

    def apply(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        source, language = self.chosen.get("source"), self.chosen.get("language")
        if source:
            articles = articles.filter(source=None) if source == NONE else articles.of_source(UUID(source))
        if language:
            articles = articles.filter(language="" if language == NONE else language)
        if period := self.chosen.get("period"):
            articles = articles.filter(published_at__gte=self._now - timedelta(days=PERIODS[period][1]))
        if state := self.chosen.get("state"):
            articles = articles.filter(_states[state][1]())
        return articles

    def facets(self, articles: QuerySet[Article]) -> list[_Facet]:
        """Return the remaining choices within `articles`, with counts, in one query."""
        counts: dict[str, list[tuple[str, str, int]]] = {"source": [], "language": [], "period": [], "state": []}
        found = self._counts(articles)
        self.has_old_counts = _seconds_of(found) > 0
        for kind, key, label, count in found:
            counts[kind].append((key or NONE, label, count))
        facets = [
            self._facet(
                gettext("Source"),
                "source",
                [(key, label or gettext("Not known"), n) for key, label, n in counts["source"]],
            ),
            self._facet(
                gettext("Language"),
                "language",
                [(key, language_name(label), n) for key, label, n in counts["language"]],
            ),
            self._facet(
                gettext("Published"), "period", _in_order(counts["period"], {k: str(v[0]) for k, v in PERIODS.items()})
            ),
            self._facet(
                gettext("State"), "state", _in_order(counts["state"], {k: gettext(v[0]) for k, v in _states.items()})
            ),
        ]
        return [facet for facet in facets if facet.options]

    def url_with(self, **changes: str) -> str:
        kept = {"q": self.q, **self.chosen, "sort": self.sort if self.q else "", **changes}
        return reverse("article_list") + "?" + urlencode({name: value for name, value in kept.items() if value})

    def _facet(self, title: str, name: str, found: list[tuple[str, str, int]]) -> _Facet:
        chosen = self.chosen.get(name)
        options = [
            _Option(label, self.url_with(**{name: "" if key == chosen else key}), count, key == chosen)
            for key, label, count in found[:_MOST_OPTIONS]
            if count
        ]
        return _Facet(title, options)

    def _counts(self, articles: QuerySet[Article]) -> list[tuple[str, str, str, int]]:
        """Count the choices. A count reads every article of the list, so it is kept while nothing changes.

        Of a long list it is kept for half a minute: with 31,000 claims counting takes 54 ms of Postgres, and on a desk that
        is written to every page counted anew (2026-11-30).
        """
        try:
            key = ("facets", self._now, *articles.query.sql_with_params())
        except EmptyResultSet:
            return []
        return kept_or_made(key, lambda: self._read_counts(articles), seconds_of=_seconds_of)

    def _read_counts(self, articles: QuerySet[Article]) -> list[tuple[str, str, str, int]]:
        plain = articles.order_by().values_list()
        sources = _count(plain, "source", Cast("source", CharField()), F("source__name"))
        languages = _count(plain, "language", F("language"), F("language"))
        rest = [
            _count(plain.filter(published_at__gte=self._now - timedelta(days=days)), "period", Value(name), Value(""))
            for name, (_, days) in PERIODS.items()
        ]
        rest += [
            _count(plain.filter(condition()), "state", Value(name), Value(""))
            for name, (_, condition, rest_of) in _states.items()
            if not rest_of
        ]
        # One query for all facets: each by itself would be a round trip of its own.
        found = list(sources.union(languages, *rest, all=True).order_by())
        total = _articles_of(found)
        counted = {row[1]: row[3] for row in found if row[0] == "state"}
        found += [
            ("state", name, "", total - counted.get(rest_of, 0)) for name, (_, _, rest_of) in _states.items() if rest_of
        ]
        return sorted(found, key=lambda row: (-row[3], row[2] or ""))

    @staticmethod
    def _is_source(value: str) -> bool:
        try:
            return value == NONE or bool(UUID(value))
        except ValueError:
            return False


def _seconds_of(counts: list[tuple[str, str, str, int]]) -> int:
    return _LONG_KEPT_SECONDS if _articles_of(counts) >= _LONG else 0


def _articles_of(counts: list[tuple[str, str, str, int]]) -> int:
    return sum(count for kind, *_, count in counts if kind == "language")  # every article has one, if only ""


def _count(articles: QuerySet[Any], kind: str, key: Any, label: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = articles.values(
        facet=Value(kind, CharField()), key=Cast(key, CharField()), label=Cast(label, CharField())
    )
    counted: QuerySet[Any] = rows.annotate(count=Count("pk"))
    return counted.values_list("facet", "key", "label", "count")


def _in_order(found: list[tuple[str, str, int]], labels: Mapping[str, str]) -> list[tuple[str, str, int]]:
    counts = {key: count for key, _, count in found}
    return [(key, label, counts.get(key, 0)) for key, label in labels.items()]
