"""Watched feeds: asked when their time has come, conditionally, each new page once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from articles.fetching import FetchTimedOut, Page
from articles.models import Article, FeedWatch, ImportRun
from articles.services.feeds import poll_due_feeds, unwatch_feed, watch_feed
from articles.services.processing import process_run
from factcheck.errors import DomainError, InvalidInput, NotPermitted
from tests.articles.conftest import NOW

pytestmark = pytest.mark.django_db
FEED_URL = "https://example.org/feed.xml"


def feed_of(*paths: str) -> bytes:
    items = "".join(
        f"<item><title>Story {path}</title><link>https://example.org/{path}</link><description>Short.</description></item>"
        for path in paths
    )
    return f'<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'.encode()


class Web:
    """What the network would answer."""

    def __init__(self) -> None:
        self.feed = feed_of("a", "b")
        self.asked: list[tuple[str, str]] = []
        self.error: DomainError | None = None

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Page:
        self.asked.append((url, etag))
        if self.error:
            raise self.error
        if url != FEED_URL:
            return Page(url, f"Story at {url}\n\nThe whole text of it stands here.".encode(), "text/plain")
        wanted = f'"{len(self.feed)}"'
        return Page(
            url, b"" if etag == wanted else self.feed, "application/rss+xml", wanted, is_unchanged=etag == wanted
        )


@pytest.fixture
def web() -> Web:
    return Web()


def poll(web: Web, minutes: int = 0) -> list[Any]:
    runs = poll_due_feeds(now=NOW + timedelta(minutes=minutes), fetch=web.fetch)
    for run in runs:
        process_run(run_id=run, fetch=web.fetch, clock=lambda: NOW)
    return runs


def test_new_pages_are_fetched_once(web: Web, editor: User) -> None:
    watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=30)
    assert len(poll(web)) == 1
    assert set(Article.objects.values_list("url", flat=True)) == {"https://example.org/a", "https://example.org/b"}

    assert poll(web, 29) == []
    assert poll(web, 31) == []
    assert web.asked[-1] == (FEED_URL, f'"{len(web.feed)}"')

    web.feed = feed_of("a", "b", "c")
    poll(web, 62)
    assert Article.objects.count() == 3
    assert [url for url, _ in web.asked].count("https://example.org/a") == 1
    run = ImportRun.objects.first()
    assert run is not None
    assert (run.label, run.created_by) == (f"Feed {FEED_URL}", editor)


def test_a_feed_that_fails_says_why_and_is_asked_again(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    web.error = FetchTimedOut("example.org took too long to answer.")
    assert poll(web) == []
    feed.refresh_from_db()
    assert "too long" in feed.last_error
    web.error = None
    poll(web, 31)
    feed.refresh_from_db()
    assert feed.last_error == ""
    assert Article.objects.count() == 2


def test_what_is_no_feed(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    web.feed = b"<rss version='2.0'><channel><title>Empty</title></channel></rss>"
    assert poll(web) == []
    feed.refresh_from_db()
    assert "no feed" in feed.last_error


def test_watching_and_stopping(editor: User, make_user: Callable[..., User]) -> None:
    feed = watch_feed(person=editor, url=FEED_URL + "?utm_source=x", now=NOW)
    assert feed.url == FEED_URL
    with pytest.raises(InvalidInput):
        watch_feed(person=editor, url=FEED_URL, now=NOW)
    with pytest.raises(InvalidInput):
        watch_feed(person=editor, url="https://example.org/other", every_minutes=1, now=NOW)
    with pytest.raises(NotPermitted):
        unwatch_feed(person=make_user("publisher"), feed_id=feed.pk)
    unwatch_feed(person=editor, feed_id=feed.pk)
    assert not FeedWatch.objects.exists()


def test_a_person_who_may_no_longer_import(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert poll(web) == []
    feed.refresh_from_db()
    assert "role" in feed.last_error
