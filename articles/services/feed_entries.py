"""Import each entry of a watched feed once, and again when it changed.

A page is asked for again while its entry is in the feed: soon after the feed announces a change, and a few times in its
first days if the server supports conditional requests (ETag, Last-Modified), because most feeds announce no
corrections. Unchanged pages leave no trace.
"""

import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Article, FeedEntry, FeedWatch, ImportItem, ImportRun, Proposal
from articles.parsing import ParsedArticle
from articles.services.reading import where_fetched
from articles.services.runs import MAX_ITEMS_AT_ONCE, FetchedPage, start_import
from articles.services.sources import given_source
from core.errors import DomainError

FetchPage = Callable[..., Any]
# After an entry was first seen. Most corrections come within a day.
_VISITS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
# Some feeds say every time that everything changed.
_SHORTEST_BETWEEN = timedelta(minutes=15)
# For a page whose announced change could not be read, for as long as the feed lists it.
_UNTIL_ASKED_AGAIN = timedelta(hours=6)
_AT_ONCE = 20
logger = logging.getLogger(__name__)


def take_entries(
    *, feed: FeedWatch, entries: Sequence[ParsedArticle], validators: Mapping[str, str], now: datetime
) -> ImportRun | None:
    """Import new entries, schedule those that the feed announces as changed, keep the answer's `etag` and `last_modified`.

    Returns None if nothing is new, or if the feed was paused, stopped or got another address while it was asked.
    """
    # Reversed, so that of two entries with one key the first one counts.
    found = {_key_of(entry): entry for entry in reversed(entries)}
    found = dict(list(reversed(found.items()))[: MAX_ITEMS_AT_ONCE - 1])
    with transaction.atomic():
        feed.source = given_source(feed.source)
        if not _lock_running(feed):
            return None
        # With the entries or not at all: without them the validators would hide the entries until the feed's next change.
        FeedWatch.objects.filter(pk=feed.pk).update(**validators)
        FeedEntry.objects.filter(feed=feed).exclude(key__in=found).delete()
        rows = {row.key: row for row in FeedEntry.objects.select_for_update().filter(feed=feed)}
        changed = [row for row in rows.values() if row.digest != _digest(found[row.key])]
        for row in changed:
            _note_change(row, _digest(found[row.key]), now)
        FeedEntry.objects.bulk_update(changed, ["digest", "is_announced", "next_at"])
        new = {key: entry for key, entry in found.items() if key not in rows}
        announced = [found[row.key] for row in changed if not row.url]
        return _import(feed, new, announced, now)


def revisit_pages(*, now: datetime, fetch: FetchPage, budget_seconds: float = 45.0) -> list[UUID]:
    """Ask the due pages whether they changed. Returns the ids of the runs that import the changed ones."""
    ends = time.monotonic() + budget_seconds
    changed: dict[FeedWatch, list[tuple[FeedEntry, FetchedPage]]] = defaultdict(list)
    taken = _take_due(now)
    announced = {entry.pk for entry, was_announced in taken if was_announced}
    for entry, was_announced in taken:
        if time.monotonic() > ends:
            _give_back([entry], announced, now)
        elif page := _changed_page(entry, fetch, is_announced=was_announced, now=now):
            changed[entry.feed].append((entry, page))
    runs = [_import_changed(feed, pages, announced, now) for feed, pages in changed.items()]
    return [run.pk for run in runs if run]


def _lock_running(feed: FeedWatch) -> bool:
    """Lock the feed and return whether it still runs at the address that was asked."""
    # Not its key: rows that refer to the feed may be written meanwhile.
    rows = FeedWatch.objects.select_for_update(no_key=True)
    return rows.filter(pk=feed.pk, url=feed.url, is_active=True).exists()


def _give_back(entries: Iterable[FeedEntry], announced: Collection[int], now: datetime) -> None:
    """Make entries due again whose turn `_take_due` has taken, out of time or because their feed was paused meanwhile."""
    rows = FeedEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    rows.update(next_at=now)
    # The others stay as they are: the feed may have announced a change of them since.
    rows.filter(pk__in=announced).update(is_announced=True)


def _import(
    feed: FeedWatch, new: dict[str, ParsedArticle], announced: Sequence[ParsedArticle], now: datetime
) -> ImportRun | None:
    known = _known_urls({entry.url for entry in new.values() if entry.url})
    urls = [entry.url for entry in new.values() if entry.url and entry.url not in known]
    whole = [_as_item(entry) for entry in [*new.values(), *announced] if not entry.url]
    run = None
    if urls or whole:
        run = start_import(
            person=feed.created_by,
            urls=urls,
            articles=whole or None,
            source=feed.source,
            label=_("Feed {feed}").format(feed=feed),
            now=now,
        )
    items = _items_by_url(run)
    FeedEntry.objects.bulk_create(
        FeedEntry(
            feed=feed,
            key=key,
            url=entry.url,
            digest=_digest(entry),
            item=items.get(entry.url),
            next_at=now + _VISITS[0] if entry.url in items else None,
            created_at=now,
        )
        for key, entry in new.items()
    )
    return run


def _known_urls(urls: Collection[str]) -> set[str]:
    """Return the URLs that another import brought already. They are not fetched until the feed announces a change."""
    known = set(Article.objects.filter(url__in=urls).values_list("url", flat=True))
    former = Proposal.objects.filter(field="url", state="dismissed", value__in=urls).values_list("value", flat=True)
    # An address that a person has corrected still finds its article.
    return {url for url in known if url} | set(former)


def _items_by_url(run: ImportRun | None) -> dict[str, ImportItem]:
    return {item.locator["url"]: item for item in run.items.all() if "url" in item.locator} if run else {}


def _key_of(entry: ParsedArticle) -> str:
    return hashlib.sha256((entry.external_id or entry.url or entry.canonical.text).encode()).hexdigest()


def _digest(entry: ParsedArticle) -> str:
    return hashlib.sha256(f"{_updated(entry)}\0{entry.canonical.text}".encode()).hexdigest()


def _updated(entry: ParsedArticle) -> str:
    """Return the feed's time of the last change: Atom's `updated`, a JSON Feed's `date_modified`."""
    return str(entry.extra.get("updated") or _as_given(entry).get("date_modified") or "")


def _as_item(entry: ParsedArticle) -> dict[str, Any]:
    """Return the entry in the shape of the API's import item, with the source of the feed as a whole."""
    item = _as_given(entry) or {"title": entry.title, "text": entry.canonical.text, "external_id": entry.external_id}
    return item | {"source": {"name": entry.source_name, "domain": entry.source_domain}}


def _as_given(entry: ParsedArticle) -> dict[str, Any]:
    """Return the entry's own JSON; empty for a web page that is watched as a feed."""
    return orjson.loads(entry.raw) if entry.content_type == "application/json" else {}


def _note_change(row: FeedEntry, digest: str, now: datetime) -> None:
    row.digest = digest
    if row.url:
        soon = max(now, (row.visited_at or row.created_at) + _SHORTEST_BETWEEN)
        row.is_announced, row.next_at = True, min(row.next_at or soon, soon)


def _take_due(now: datetime) -> list[tuple[FeedEntry, bool]]:
    """Return due entries, each with whether the feed announced a change, and schedule their next visit."""
    with transaction.atomic():
        due = FeedEntry.objects.filter(next_at__lte=now, feed__is_active=True).order_by("next_at", "pk")
        entries = list(
            # Two sweeps at once take different entries: waiting would ask the same pages again.
            due.select_for_update(skip_locked=True, of=("self",)).select_related("feed__created_by", "feed__source")[
                :_AT_ONCE
            ]
        )
        taken = [(entry, entry.is_announced) for entry in entries]
        for entry in entries:
            entry.visited_at, entry.is_announced = now, False
            entry.next_at = next((entry.created_at + age for age in _VISITS if entry.created_at + age > now), None)
        FeedEntry.objects.bulk_update(entries, ["visited_at", "is_announced", "next_at"])
    return taken


def _changed_page(entry: FeedEntry, fetch: FetchPage, *, is_announced: bool, now: datetime) -> FetchedPage | None:
    """Return the page if it changed. None if it did not, cannot be read, or has no validators to ask with."""
    item = entry.item
    is_stored = item is not None and item.state != ImportItem.State.FAILED
    had = item.locator if item is not None and is_stored else {}
    validators = {name: had[name] for name in ("etag", "last_modified") if had.get(name)}
    # Without validators each visit would read the whole page to learn that it is the same.
    if is_stored and not (validators or is_announced):
        return None
    try:
        page = fetch(entry.url, **validators)
    except DomainError as refusal:
        logger.info("%s was not read again: %s", entry.url, refusal.message)
        _ask_again([entry] if is_announced else [], now)
        return None
    except Exception:  # any: the pages after this one would miss their turn
        logger.exception("%s cannot be read again", entry.url)
        _tell_fault(entry.feed, now)
        _ask_again([entry] if is_announced else [], now)
        return None
    if page.is_unchanged or (item and is_stored and item.raw_id == hashlib.sha256(page.body).hexdigest()):
        return None
    return FetchedPage(entry.url, page.body, where_fetched(page))


def _import_changed(
    feed: FeedWatch, changed: Iterable[tuple[FeedEntry, FetchedPage]], announced: Collection[int], now: datetime
) -> ImportRun | None:
    """Import pages that changed. Returns None if they were refused, or the feed was paused, stopped or moved meanwhile."""
    entries, pages = zip(*changed, strict=True)
    try:
        with transaction.atomic():
            feed.source = given_source(feed.source)
            if not _lock_running(feed):
                _give_back(entries, announced, now)
                return None
            run = start_import(
                person=feed.created_by,
                pages=pages,
                source=feed.source,
                label=_("Changes in feed {feed}").format(feed=feed),
                now=now,
            )
            items = _items_by_url(run)
            for entry in entries:
                entry.item = items[entry.url]
            FeedEntry.objects.bulk_update(entries, ["item"])
    except DomainError as refusal:
        _tell_fault(feed, now, refusal.message)
        _ask_again([entry for entry in entries if entry.pk in announced], now)
        return None
    except Exception:  # any: the pages of the other feeds would not be imported
        logger.exception("changed pages of feed %s cannot be imported", feed.pk)
        _tell_fault(feed, now)
        _ask_again([entry for entry in entries if entry.pk in announced], now)
        return None
    return run


def _tell_fault(feed: FeedWatch, now: datetime, message: str = "") -> None:
    """Show on the feeds' page why pages were not read again; without a message the fault is ours, and stands in the log."""
    message = message or _("Pages of this feed could not be read again. They are asked again later.")
    # Of the address that was asked: at another one this failure would be untrue.
    FeedWatch.objects.filter(pk=feed.pk, url=feed.url).update(last_error=message, failed_at=now)


def _ask_again(entries: Iterable[FeedEntry], now: datetime) -> None:
    """Schedule announced changes that could not be read, as long as the feed lists them."""
    for entry in entries:
        soon = min(entry.next_at or now + _UNTIL_ASKED_AGAIN, now + _UNTIL_ASKED_AGAIN)
        FeedEntry.objects.filter(pk=entry.pk).update(is_announced=True, next_at=soon)
