"""Watched feeds: poll them on a schedule with conditional requests, and import new entries.

The page behind an entry is fetched, because many feeds hold only a summary; an entry without an address is imported as
it stands in the feed. `feed_entries` finds later corrections of both.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.canonical_url import canonicalise_url, check_address
from articles.models import FeedWatch, ImportRun, Source
from articles.parsing import ParsedArticle, ParseOptions, parse
from articles.services.feed_entries import take_entries
from articles.services.sources import given_source
from core.errors import DomainError, InvalidInput, NotFound

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 7 * 24 * 60
_AT_ONCE = 20
FetchPage = Callable[..., Any]
logger = logging.getLogger(__name__)


def watch_feed(
    *,
    person: User,
    url: str,
    now: datetime,
    every_minutes: int = 30,
    source: Source | str | None = None,
    name: str = "",
) -> FeedWatch:
    """Watch a feed from now on. Raises InvalidInput, InvalidUrl, each pointing at its field."""
    check_permission(person, "article.import")
    feed = FeedWatch(next_at=now, created_by=person, created_at=now)
    return _save(feed, person=person, url=url, every_minutes=every_minutes, source=source, name=name)


def edit_feed(
    *,
    person: User,
    feed_id: UUID,
    url: str,
    now: datetime,
    every_minutes: int,
    source: Source | str | None = None,
    name: str = "",
) -> FeedWatch:
    """Change a watched feed; a new address is fetched at once. Raises InvalidInput, InvalidUrl, NotFound."""
    check_permission(person, "article.import")
    with acting(person):
        source = given_source(source)
        feed = _locked(feed_id)
        if _address_of(url) != feed.url:
            # Validators and failures are of the old address.
            feed.etag, feed.last_modified, feed.last_error, feed.failed_at, feed.fetched_at = "", "", "", None, None
            feed.next_at = now
        elif every_minutes != feed.every_minutes:
            feed.next_at = min(feed.next_at, now + timedelta(minutes=every_minutes))
        return _save(feed, person=person, url=url, every_minutes=every_minutes, source=source, name=name)


def pause_feed(*, person: User, feed_id: UUID) -> FeedWatch:
    """Stop fetching a feed and its pages until it is resumed."""
    return _switch(person, feed_id, is_active=False)


def resume_feed(*, person: User, feed_id: UUID, now: datetime) -> FeedWatch:
    """Fetch a paused feed again, the first time at once."""
    return _switch(person, feed_id, is_active=True, next_at=now)


def _switch(person: User, feed_id: UUID, **changes: Any) -> FeedWatch:
    check_permission(person, "article.import")
    with acting(person):
        feed = _locked(feed_id)
        if feed.is_active != changes["is_active"]:
            for field, value in changes.items():
                setattr(feed, field, value)
            feed.save(update_fields=list(changes))
    return feed


def _locked(feed_id: UUID) -> FeedWatch:
    feed = FeedWatch.objects.select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise NotFound(_("This feed is not watched any more."))
    return feed


def _save(
    feed: FeedWatch, *, person: User, url: str, every_minutes: int, source: Source | str | None, name: str
) -> FeedWatch:
    if not SHORTEST_MINUTES <= every_minutes <= LONGEST_MINUTES:
        detail = _("A feed can be checked every {shortest_minutes} minutes at most and once a week at least.").format(
            shortest_minutes=SHORTEST_MINUTES
        )
        raise _refusal("every_minutes", detail)
    feed.url, feed.every_minutes, feed.name = _address_of(url), every_minutes, name.strip()
    try:
        with acting(person):
            feed.source = given_source(source)
            feed.save()
    except IntegrityError as error:
        raise _refusal("url", _("This feed is watched already.")) from error
    return feed


def _address_of(url: str) -> str:
    if not check_address(url):
        raise _refusal("url", _("A feed needs an address, like https://example.org/feed.xml."))
    return canonicalise_url(url)


def _refusal(field: str, detail: str) -> InvalidInput:
    errors = [{"pointer": f"/{field}", "code": "invalid-input", "detail": detail}]
    return InvalidInput(f"{detail} {_('Nothing was changed.')}", errors=errors)


def unwatch_feed(*, person: User, feed_id: UUID) -> None:
    check_permission(person, "article.import")
    with acting(person):
        # Locked first: entries that a poll is adding would otherwise be missed, and the database refuses to leave them alone.
        _locked(feed_id).delete()


def poll_due_feeds(*, now: datetime, fetch: FetchPage) -> list[UUID]:
    """Poll the due feeds. Returns the ids of the import runs that were started."""
    runs = [_poll_feed(feed=feed, now=now, fetch=fetch) for feed in _take_due(now)]
    return [run.pk for run in runs if run]


def _poll_feed(*, feed: FeedWatch, now: datetime, fetch: FetchPage) -> ImportRun | None:
    """Poll one feed. Returns None if it has nothing new or cannot be read; `last_error` says why."""
    # Not if somebody changes its address or pauses it meanwhile.
    as_asked = FeedWatch.objects.filter(pk=feed.pk, url=feed.url, is_active=True)
    try:
        page = fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
        run = None if page.is_unchanged else _import_new(feed, page, now)
    except DomainError as refusal:
        as_asked.update(last_error=refusal.message, failed_at=now)
        return None
    except Exception:  # any: the feeds after this one in the batch would miss a poll
        logger.exception("feed %s cannot be polled", feed.pk)
        as_asked.update(last_error=_("This feed could not be read. It is asked again later."), failed_at=now)
        return None
    as_asked.update(last_error="", failed_at=None, fetched_at=now)
    return run


def _take_due(now: datetime) -> list[FeedWatch]:
    """Return the due feeds and schedule their next poll first: a crash skips one poll, and no feed is polled twice."""
    with transaction.atomic():
        due = FeedWatch.objects.filter(is_active=True, next_at__lte=now).order_by("next_at", "pk")
        feeds = list(
            # Skip what another worker is just taking: two polls of one feed would import its entries twice.
            # Not joined with the source: one that was changed at this moment would be missing.
            due.select_for_update(skip_locked=True, of=("self",)).select_related("created_by")[:_AT_ONCE]
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
        raise InvalidInput(_("There is no feed at this address, or nothing in it. It is asked again later."))
    validators = {"etag": page.etag, "last_modified": page.last_modified}
    return take_entries(feed=feed, entries=entries, validators=validators, now=now)
