"""Watched feeds: asked when their time has come, conditionally, each new page once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from articles.models import Article, FeedEntry, FeedWatch, ImportRun
from articles.services import feeds
from articles.services.feed_entries import take_entries
from articles.services.feeds import (
    edit_feed,
    pause_feed,
    poll_due_feeds,
    resume_feed,
    unwatch_feed,
    watch_feed,
)
from core.errors import InvalidInput, NotPermitted
from core.fetching import FetchTimedOut, Page
from tests.articles.conftest import NOW
from tests.articles.services.feed_web import FEED_URL, Web, feed_of, poll

pytestmark = pytest.mark.django_db


@pytest.fixture
def web() -> Web:
    return Web()


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


def test_an_entry_without_an_address_that_changed_is_a_new_revision(web: Web, editor: User) -> None:
    def feed(*words: str) -> bytes:
        items = "".join(
            f"<item><guid isPermaLink='false'>{number}</guid><title>T</title><description>{text}</description></item>"
            for number, text in enumerate(words)
        )
        return f'<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'.encode()

    watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=30)
    web.feed = feed("It cost 40 million.", "It rained.")
    poll(web)
    web.feed = feed("It cost 45 million, not 40.", "It rained.")
    poll(web, 31)
    assert sorted(article.revisions.count() for article in Article.objects.all()) == [1, 2]
    assert [run.total for run in ImportRun.objects.all()] == [1, 2]


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


def test_a_feed_that_is_edited_keeps_its_entries_and_is_asked_at_its_new_address(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url="https://example.org/old.xml", now=NOW)
    web.error = FetchTimedOut("example.org did not answer.")
    poll(web)
    feed.refresh_from_db()
    assert (feed.last_error, feed.failed_at, feed.fetched_at) == ("example.org did not answer.", NOW, None)

    web.error = None
    later = NOW + timedelta(minutes=1)
    edit_feed(
        person=editor, feed_id=feed.pk, url=FEED_URL, name="Example", every_minutes=60, source="Example", now=later
    )
    poll(web, 2)
    feed.refresh_from_db()
    assert (str(feed), feed.source and feed.source.name, feed.last_error) == ("Example", "Example", "")
    assert (feed.fetched_at, feed.failed_at) == (NOW + timedelta(minutes=2), None)
    assert web.asked[1] == (FEED_URL, "")
    assert Article.objects.count() == 2

    edit_feed(person=editor, feed_id=feed.pk, url=FEED_URL, every_minutes=5, now=later)
    feed.refresh_from_db()
    assert (feed.next_at, feed.etag != "") == (later + timedelta(minutes=5), True)


def test_an_answer_of_the_old_address_leaves_the_new_one_alone(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    new = "https://example.org/new.xml"

    def fetch(url: str, **validators: str) -> Page:
        edit_feed(person=editor, feed_id=feed.pk, url=new, every_minutes=30, now=NOW)
        return web.fetch(url, **validators)

    assert poll_due_feeds(now=NOW, fetch=fetch) == []
    feed.refresh_from_db()
    assert (feed.url, feed.etag, feed.fetched_at) == (new, "", None)
    assert not FeedEntry.objects.exists()


def test_a_feed_that_is_stopped_while_it_is_asked_stops_no_other(web: Web, editor: User) -> None:
    first = watch_feed(person=editor, url=FEED_URL, now=NOW)
    watch_feed(person=editor, url=f"{FEED_URL}?other", now=NOW + timedelta(seconds=1))

    def fetch(url: str, **validators: str) -> Page:
        if url == FEED_URL:
            unwatch_feed(person=editor, feed_id=first.pk)
        return web.fetch(FEED_URL, **validators)

    (run,) = poll_due_feeds(now=NOW + timedelta(minutes=1), fetch=fetch)
    assert ImportRun.objects.get().pk == run
    assert set(FeedEntry.objects.values_list("feed", flat=True)) == {FeedWatch.objects.get().pk}


def test_a_feed_that_breaks_its_parser_stops_no_other(web: Web, editor: User) -> None:
    first = watch_feed(person=editor, url=FEED_URL, now=NOW)
    watch_feed(person=editor, url=f"{FEED_URL}?other", now=NOW + timedelta(seconds=1))

    def fetch(url: str, **validators: str) -> Page:
        if url == FEED_URL:
            raise RecursionError
        return web.fetch(FEED_URL, **validators)

    assert len(poll_due_feeds(now=NOW + timedelta(minutes=1), fetch=fetch)) == 1
    first.refresh_from_db()
    assert first.last_error == "This feed could not be read. It is asked again later."


def test_a_paused_feed_waits_until_it_is_resumed(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    pause_feed(person=editor, feed_id=feed.pk)
    assert poll(web, 60) == []
    resume_feed(person=editor, feed_id=feed.pk, now=NOW + timedelta(minutes=61))
    assert len(poll(web, 61)) == 1


def test_a_feed_that_is_paused_while_it_is_asked_takes_nothing(web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)

    def fetch(url: str, **validators: str) -> Page:
        pause_feed(person=editor, feed_id=feed.pk)
        return web.fetch(url, **validators)

    assert poll_due_feeds(now=NOW, fetch=fetch) == []
    feed.refresh_from_db()
    assert (feed.etag, feed.fetched_at, ImportRun.objects.count()) == ("", None, 0)
    resume_feed(person=editor, feed_id=feed.pk, now=NOW + timedelta(minutes=1))
    assert len(poll(web, 1)) == 1
    assert Article.objects.count() == 2


def test_entries_that_a_short_pause_kept_out_come_with_the_next_poll(
    web: Web, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused while it is asked, resumed as soon as its entries were left."""
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    later = NOW + timedelta(minutes=1)

    def pause_take_resume(**given: Any) -> Any:
        pause_feed(person=editor, feed_id=feed.pk)
        taken = take_entries(**given)
        resume_feed(person=editor, feed_id=feed.pk, now=later)
        return taken

    with monkeypatch.context() as moment:
        moment.setattr(feeds, "take_entries", pause_take_resume)
        assert poll(web) == []
    feed.refresh_from_db()
    assert (feed.etag, feed.next_at, Article.objects.count()) == ("", later, 0)
    assert len(poll(web, 1)) == 1
    assert Article.objects.count() == 2


def test_who_may_not_import_changes_no_feed(web: Web, editor: User, make_user: Callable[..., User]) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    publisher = make_user("publisher")
    for act in (
        lambda: edit_feed(person=publisher, feed_id=feed.pk, url=FEED_URL, every_minutes=5, now=NOW),
        lambda: pause_feed(person=publisher, feed_id=feed.pk),
        lambda: resume_feed(person=publisher, feed_id=feed.pk, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_feeds_are_edited_and_paused_on_their_page(client: Client, web: Web, editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=45)
    other = watch_feed(person=editor, url="https://example.org/other.xml", now=NOW)
    web.error = FetchTimedOut("example.org did not answer.")
    poll(web)
    client.force_login(editor)
    page = client.get("/imports/feeds/").content.decode()
    assert "45 minutes" in page
    assert "example.org did not answer." in page
    address = f"/imports/feeds/{feed.pk}/"
    assert 'value="45" selected' in client.get(address).content.decode()
    given = {"url": other.url, "every_minutes": "45"}
    assert "This feed is watched already." in client.post(address, given).content.decode()
    assert client.post(address, given | {"url": "not an address"}).status_code == 422
    assert client.post(address, given | {"url": FEED_URL, "name": "Morning wire"}).status_code == 302
    client.post(f"{address}pause/")
    page = client.get("/imports/feeds/").content.decode()
    assert "Morning wire" in page
    assert "Paused" in page
    client.post(f"{address}resume/")
    feed.refresh_from_db()
    assert (feed.is_active, feed.every_minutes) == (True, 45)
