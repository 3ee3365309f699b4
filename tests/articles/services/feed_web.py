"""A network with a feed and its pages, for tests of watched feeds."""

from datetime import timedelta
from typing import Any

from articles.models import ArticleRevision
from articles.services.feed_entries import revisit_pages
from articles.services.feeds import poll_due_feeds
from articles.services.processing import process_run
from core.errors import DomainError
from core.fetching import Page
from tests.articles.conftest import NOW

FEED_URL = "https://example.org/feed.xml"


def feed_of(*paths: str) -> bytes:
    items = "".join(
        f"<item><title>Story {path}</title><link>https://example.org/{path}</link><description>Short.</description></item>"
        for path in paths
    )
    return f'<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'.encode()


class Web:
    """The answers of a network."""

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


def atom(**updated: str) -> bytes:
    entries = "".join(
        f"<entry><id>{path}</id><title>Story</title><link href='https://example.org/{path}'/><updated>{day}</updated></entry>"
        for path, day in updated.items()
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Outlet</title>{entries}</feed>".encode()


class ChangingWeb(Web):
    """Pages with an ETag, and what each was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = atom(a="2026-11-20T08:00:00Z", b="2026-11-20T08:00:00Z")
        self.pages = {"https://example.org/a": "It cost 40 million.", "https://example.org/b": "It rained."}
        self.sent: list[str] = []

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Page:
        if url == FEED_URL:
            return super().fetch(url, etag=etag, last_modified=last_modified)
        self.asked.append((url, etag))
        words = self.pages[url]
        if etag == f'"{words}"':
            return Page(url, b"", "", etag, is_unchanged=True)
        self.sent.append(url)
        return Page(url, f"Story\n\n{words}".encode(), "text/plain", f'"{words}"')


def poll(web: Web, minutes: int = 0) -> list[Any]:
    runs = poll_due_feeds(now=NOW + timedelta(minutes=minutes), fetch=web.fetch)
    for run in runs:
        process_run(run_id=run, fetch=web.fetch, clock=lambda: NOW)
    return runs


def revisit(web: Web, minutes: int) -> int:
    runs = revisit_pages(now=NOW + timedelta(minutes=minutes), fetch=web.fetch)
    for run in runs:
        process_run(run_id=run, fetch=web.fetch, clock=lambda: NOW)
    return len(runs)


def revisions(url: str) -> int:
    return ArticleRevision.objects.filter(article__url=url).count()
