"""Reads for the public pages: the searchable list, what it can be narrowed by, and checks related to one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import JSONField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from annotations.models import Desk, Rating
from annotations.models.claims import TRIGRAM
from core.database.kept import kept_or_made
from publishing.models import FactCheck

MAX_WORDS = 12
# As many rows as are read one by one, in any order.
_FEW = 1_000
# A list of hundreds of names is no choice; the search finds the others.
MAX_CHOICES = 40
# Counting all of 100,000 checks took 1.0 s, these 0.1 s (2026-12-01, beside other load). Older ones are found by words and links.
_NEWEST, _KEPT_SECONDS = 5_000, 30
# Generated from the document: only published words are found.
_SEARCH_TEXT = RawSQL('"publishing_factcheck"."search_text"', (), output_field=TextField())
_CLAIMANT = RawSQL('"publishing_factcheck"."claimant"', (), output_field=TextField())
_TOPICS = RawSQL('"publishing_factcheck"."topics"', (), output_field=JSONField())


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a reader asks for; "" or None means any. A check of the very moment `until` is left out."""

    question: str = ""
    rating_class: str = ""
    topic: str = ""
    claimant: str = ""
    since: datetime | None = None
    until: datetime | None = None


def published_checks(asked: Narrowing = Narrowing()) -> QuerySet[FactCheck]:
    """Return published checks, newest first, without their documents.

    Asked is what was published, never today's claim. Every word of the question must stand in the headline, the statement,
    the claimant's name or the summary, in upper or lower case.
    """
    found = FactCheck.objects.alias(search_text=_SEARCH_TEXT, topics=_TOPICS).annotate(claimant=_CLAIMANT)
    found = found.filter(state=FactCheck.State.PUBLISHED)
    if words := asked.question.split()[:MAX_WORDS]:
        found = found.filter(_has_words(words))
    if asked.rating_class:
        found = found.filter(rating_class=asked.rating_class)
    if asked.topic:
        found = found.filter(topics__has_key=asked.topic)
    if asked.claimant:
        found = found.filter(claimant=asked.claimant)
    if asked.since:
        found = found.filter(published_at__gte=asked.since)
    if asked.until:
        found = found.filter(published_at__lt=asked.until)
    return found.defer("document").order_by("-published_at", "-pk")


def _has_words(words: list[str]) -> Q:
    """Return the condition that a check's searched text has every word as a part.

    Words that few checks have are looked up in the index of trigrams; others soon fill a page of the list itself.
    """
    found = Q()
    for word in words:
        found &= Q(search_text__icontains=word)
    if long := [word for word in words if len(word) >= TRIGRAM]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT checks_with_trigrams(%s, %s)", [long, _FEW + 1])
            ids = [pk for (pk,) in cursor.fetchall()]
        if len(ids) <= _FEW:
            found &= Q(pk__in=ids)
    return found


@dataclass(frozen=True, slots=True)
class Choices:
    """What the published checks can be narrowed by. `ratings` are (class, the labels that readers see), by frequency."""

    ratings: list[tuple[str, str]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    claimants: list[str] = field(default_factory=list)
    first_published_at: datetime | None = None


def read_choices() -> Choices:
    """Return the choices, kept as long as nothing is written; of a large desk for half a minute."""
    return kept_or_made("public choices", _count_choices, seconds_of=lambda made: _KEPT_SECONDS if made[1] else 0)[0]


_NEWEST_CHECKS = """
    WITH newest AS (
        SELECT rating_class, rating_label, claimant, topics FROM publishing_factcheck WHERE state = 'published'
        ORDER BY published_at DESC, id DESC LIMIT %s
    )
"""
_RATINGS = "SELECT rating_class, rating_label, count(*) FROM newest GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
_CLAIMANTS = "SELECT claimant FROM newest WHERE claimant <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s"
_OF_TOPICS = """
    SELECT topic FROM newest, jsonb_array_elements_text(topics) AS topic GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
"""
_FIRST = "SELECT published_at FROM publishing_factcheck WHERE state = 'published' ORDER BY published_at, id LIMIT 1"


def _count_choices() -> tuple[Choices, bool]:
    """Return the choices of the newest checks, and whether there are so many that counting them takes time."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_CHECKS + _RATINGS, [_NEWEST])
        ratings = cursor.fetchall()
        cursor.execute(_NEWEST_CHECKS + _CLAIMANTS, [_NEWEST, MAX_CHOICES])
        claimants = [name for (name,) in cursor.fetchall()]
        cursor.execute(_NEWEST_CHECKS + _OF_TOPICS, [_NEWEST, MAX_CHOICES])
        topics = [name for (name,) in cursor.fetchall()]
        cursor.execute(_FIRST)
        first = cursor.fetchone()
    labels: dict[str, list[str]] = {}
    for rating_class, label, _count in ratings:
        if rating_class:
            labels.setdefault(rating_class, []).append(label)
    found = Choices(
        ratings=[(key, ", ".join(names[:3])) for key, names in labels.items()],
        topics=sorted(topics, key=str.casefold),
        claimants=sorted(claimants, key=str.casefold),
        first_published_at=first[0] if first else None,
    )
    return found, sum(count for *_names, count in ratings) >= _NEWEST


@dataclass(frozen=True, slots=True)
class _ListedCheck:
    """A published check in a list. `said_at` is a day or a moment of the document, "" if none was published."""

    fact_check: FactCheck
    statement: str
    summary: str
    said_at: str


def add_published_words(fact_checks: Iterable[FactCheck]) -> list[_ListedCheck]:
    """Return checks with the published claim and conclusion, in their order. One query for one page's documents."""
    fact_checks = list(fact_checks)
    names = ("document__claim__statement", "document__summary", "document__claim__appearances__0__said_at")
    rows = FactCheck.objects.filter(pk__in=[one.pk for one in fact_checks]).values_list("pk", *names)
    words = {pk: [value or "" for value in values] for pk, *values in rows}
    return [_ListedCheck(one, *words[one.pk]) for one in fact_checks]


def related_checks(fact_check: FactCheck, *, limit: int = 3) -> list[FactCheck]:
    """Return other published checks of the same claimant or topic, as published, newest first."""
    document = fact_check.document or {}
    is_related = Q(topics__has_any_keys=document["topics"]) if document.get("topics") else Q(pk=None)
    if claimant := document["claim"]["claimant"] if document else None:
        is_related |= Q(claimant=claimant["name"])
    return list(published_checks().filter(is_related).exclude(pk=fact_check.pk)[:limit])


def ratings_explained(desk: Desk) -> list[Rating]:
    """Return the ratings of the desk's own scale that say what they mean, in its order."""
    if desk.default_scale_id is None:
        return []
    shown = Rating.objects.filter(scale=desk.default_scale_id, is_active=True).exclude(definition="")
    return list(shown.order_by("position", "pk"))
