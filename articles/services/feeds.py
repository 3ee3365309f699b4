"""Watched feeds: asked on a schedule, conditionally; what is new in them becomes an import run.

The page behind an entry is fetched, as feeds often hold a summary alone; an entry without an address is taken as it
stands in the feed. Corrections of both come by themselves: see `feed_entries`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.canonical_url import canonicalise_url
from articles.models import FeedWatch, ImportRun, Source
from articles.parsing import ParsedArticle, ParseOptions, parse
from articles.services.feed_entries import take_entries
from articles.services.sources import given_source
from core.errors import DomainError, InvalidInput, NotFound

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 7 * 24 * 60
_AT_ONCE = 20
FetchPage = Callable[..., Any]


def watch_feed(
    *, person: User, url: str, now: datetime, every_minutes: int = 30, source: Source | str | None = None
) -> FeedWatch:
    """Watch a feed from now on. Raises InvalidInput where it is watched already."""
    check_permission(person, "article.import")
    if not SHORTEST_MINUTES <= every_minutes <= LONGEST_MINUTES:
        raise InvalidInput(f"A feed is asked every {SHORTEST_MINUTES} minutes at most and once a week at least.")
    address = canonicalise_url(url)
    try:
        with acting(person):
            return FeedWatch.objects.create(
                url=address,
                source=given_source(source),
                every_minutes=every_minutes,
                next_at=now,
                created_by=person,
                created_at=now,
            )
    except IntegrityError as error:
        raise InvalidInput("This feed is watched already. Nothing was changed.") from error


def unwatch_feed(*, person: User, feed_id: UUID) -> None:
    check_permission(person, "article.import")
    with acting(person):
        if not FeedWatch.objects.filter(pk=feed_id).delete()[0]:
            raise NotFound("This feed is not watched any more.")


def poll_due_feeds(*, now: datetime, fetch: FetchPage) -> list[UUID]:
    """Ask the feeds whose time has come. The ids of the runs that were started."""
    runs = [_poll_feed(feed=feed, now=now, fetch=fetch) for feed in _take_due(now)]
    return [run.pk for run in runs if run]


def _poll_feed(*, feed: FeedWatch, now: datetime, fetch: FetchPage) -> ImportRun | None:
    """Ask one feed. None where it holds nothing new or could not be read; `last_error` says why."""
    try:
        page = fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
        run = None if page.is_unchanged else _import_new(feed, page, now)
    except DomainError as refusal:
        FeedWatch.objects.filter(pk=feed.pk).update(last_error=refusal.message)
        return None
    changes = {} if page.is_unchanged else {"etag": page.etag, "last_modified": page.last_modified}
    FeedWatch.objects.filter(pk=feed.pk).update(last_error="", **changes)
    return run


def _take_due(now: datetime) -> list[FeedWatch]:
    """The due feeds, each put off to its next time: a poll that dies is made up for then, and none is asked twice."""
    with transaction.atomic():
        due = FeedWatch.objects.filter(is_active=True, next_at__lte=now).order_by("next_at", "pk")
        feeds = list(
            due.select_for_update(skip_locked=True, of=("self",)).select_related("source", "created_by")[:_AT_ONCE]
        )
        for feed in feeds:
            feed.next_at = now + timedelta(minutes=feed.every_minutes)
        FeedWatch.objects.bulk_update(feeds, ["next_at"])
    return feeds


def _import_new(feed: FeedWatch, page: Any, now: datetime) -> ImportRun | None:
    entries = [
        outcome
        for outcome in parse(
            page.body, name=page.url, content_type=page.content_type, options=ParseOptions(base_url=page.url)
        )
        if isinstance(outcome, ParsedArticle)
    ]
    if not entries:
        raise InvalidInput("There is no feed at this address, or nothing in it. It is asked again later.")
    return take_entries(feed=feed, entries=entries, now=now)
