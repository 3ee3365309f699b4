"""Merge a source into another one of the same publisher; say beforehand what moves.

The merged source keeps its row, so that its name and domain lead imports to the other one, and its history stays readable.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import Article, FeedWatch, ImportRun, Source
from core.database.locks import Lock, wait_for_lock
from core.errors import InvalidInput, NotFound, WrongState

_MOST_CANDIDATES = 12
_FILLED = ("language", "country", "interests")
_SHORTEST_WORD = 4
_MOST_TOLD = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clash:
    """Two articles with one id or file name: a source has each only once."""

    name: str
    article: Article
    other: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """The rows that a merge moves. `clashes` are the first articles whose id or file name the other source has too."""

    articles: int
    origins: int
    feeds: int
    clashes: list[_Clash]


def preview_merge(*, source: Source, into: Source) -> _Move:
    return _Move(
        articles=source.articles.count(),
        origins=source.originated_articles.count(),
        feeds=source.feeds.count(),
        clashes=_first_clashes(source, into),
    )


def merge_sources(*, person: User, source_id: UUID, into_id: UUID, now: datetime) -> Source:
    """Transfer articles, origins, feeds and imports of one source to another. Cannot be undone.

    Raises NotFound, InvalidInput (into itself), WrongState (merged already, or both have an article of one id). Locks:
    SOURCES, first of all, as whoever writes a source into another row shares it: nothing is left with the merged one.
    """
    check_permission(person, "source.merge")
    if source_id == into_id:
        raise InvalidInput(_("A source cannot be merged into itself. Nothing was changed."))
    with acting(person):
        wait_for_lock(Lock.SOURCES)
        # The rows as well: whoever edits one of them waits, and reads then that it was merged.
        both = {
            one.pk: one for one in Source.objects.select_for_update().filter(pk__in=[source_id, into_id]).order_by("pk")
        }
        if len(both) != 2:
            raise NotFound(_("One of the two sources does not exist. Nothing was changed."))
        source, into = both[source_id], both[into_id]
        if source.merged_into_id or into.merged_into_id:
            raise WrongState(_("One of the two sources was merged already. Nothing was changed."))
        clash = _clashing(source, into).first()
        if clash:
            raise WrongState(
                _(
                    "Both sources have an article with the id or file name of “{title}”. Nothing was changed. Name "
                    "another source for one of the two articles first."
                ).format(title=clash.title)
            )
        _transfer(source, into, now)
        _fill_details(source, into)
        source.merged_into = into
        source.save()
        into.save()
    return into


def merge_candidates(*, source: Source, words: str = "") -> list[Source]:
    """Return sources to merge into: those with these words in name or domain, else those with a word of this name."""
    others = Source.objects.with_counts().exclude(pk=source.pk)
    if words:
        return list(others.matching(words)[:_MOST_CANDIDATES])
    alike = Q()
    for word in source.name.replace(".", " ").split():
        if len(word) >= _SHORTEST_WORD:
            alike |= Q(name__icontains=word) | Q(domain__icontains=word)
    return list(others.filter(alike)[:_MOST_CANDIDATES]) if alike else []


# In the order in which imports and the feed lock several articles: an UPDATE takes the rows as they stand in the table.
_LOCK_ARTICLES = """
SELECT FROM articles_article WHERE source_id = %(source)s OR origin_id = %(source)s ORDER BY id FOR NO KEY UPDATE
"""


def _transfer(source: Source, into: Source, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_ARTICLES, {"source": source.pk})
    Article.objects.filter(source=source).update(source=into, updated_at=now)
    Article.objects.filter(origin=source).update(origin=into, updated_at=now)
    FeedWatch.objects.filter(source=source).update(source=into)
    ImportRun.objects.filter(source=source).update(source=into)
    # One step leads to the end: who looks up a name follows once.
    Source.objects.filter(merged_into=source).update(merged_into=into)


def _fill_details(source: Source, into: Source) -> None:
    """Take over details that the other source lacks; its own stay."""
    for field in _FILLED:
        setattr(into, field, getattr(into, field) or getattr(source, field))
    if source.domain and not into.domain:
        domain, source.domain = source.domain, None
        source.save(update_fields=["domain"])
        into.domain = domain


def _first_clashes(source: Source, into: Source) -> list[_Clash]:
    there, clashes = _clashing(into, source), []
    for article in _clashing(source, into)[:_MOST_TOLD]:
        key = "external_id" if article.external_id is not None else "file_name"
        name = getattr(article, key)
        # None where somebody has just mended it.
        if other := there.filter(**{key: name}).first():
            clashes.append(_Clash(name=name, article=article, other=other))
    return clashes


def _clashing(source: Source, into: Source) -> QuerySet[Article]:
    """Return articles of the source that the database would refuse in the other: an id or file name occurs once in each."""
    there = Article.objects.filter(source=into)
    by_name = {"file_name__isnull": False, "url__isnull": True, "external_id__isnull": True}
    return (
        Article.objects.filter(source=source)
        .filter(
            Q(external_id__in=there.filter(external_id__isnull=False).values("external_id"))
            | Q(file_name__in=there.filter(**by_name).values("file_name"), **by_name)
        )
        .order_by("created_at", "pk")
    )
