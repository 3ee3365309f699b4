"""The pages behind a feed's entries: asked again for corrections, each at its time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from articles.models import FeedEntry, ImportRun
from articles.services.feed_entries import revisit_pages
from articles.services.feeds import edit_feed, pause_feed, resume_feed, watch_feed
from core.fetching import FetchTimedOut, Page
from tests.articles.conftest import NOW
from tests.articles.services.feed_web import FEED_URL, ChangingWeb, atom, poll, revisions, revisit

pytestmark = pytest.mark.django_db
FAULT = "Pages of this feed could not be read again. They are asked again later."


def test_corrections_come_by_themselves(editor: User) -> None:
    web = ChangingWeb()
    a, b = web.pages
    watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=30)
    poll(web)
    assert revisit(web, 59) == 0

    web.pages[a] = "It cost 45 million."  # the feed says so
    web.feed = atom(a="2026-11-22T08:00:00Z", b="2026-11-20T08:00:00Z").replace(b"Outlet", b"The outlet")
    poll(web, 31)
    web.asked.clear()
    assert (revisit(web, 31), web.asked) == (1, [(a, '"It cost 40 million."')])
    assert (revisions(a), revisions(b)) == (2, 1)

    web.pages[b] = "It rained all day."  # nobody says so
    web.sent.clear()
    assert [revisit(web, minutes) for minutes in (59, 60, 61)] == [0, 1, 0]
    assert web.sent == [b]  # what did not change is not sent again
    assert (revisions(a), revisions(b)) == (2, 2)

    assert [revisit(web, 60 * hours) for hours in (5, 6, 23, 24, 72, 73, 1000)] == [0] * 7
    assert len([url for url, _ in web.asked if url == b]) == 4
    assert ImportRun.objects.count() == 3  # what did not change leaves no run

    web.feed = atom(b="2026-11-20T08:00:00Z")
    poll(web, 20_000)
    assert list(FeedEntry.objects.values_list("url", flat=True)) == [b]


def test_pages_of_a_feed_that_is_paused_meanwhile_are_asked_again_when_it_is_resumed(editor: User) -> None:
    web = ChangingWeb()
    (a, _) = web.pages
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    poll(web)
    web.pages[a] = "It cost 45 million."

    def fetch(url: str, **validators: str) -> Page:
        pause_feed(person=editor, feed_id=feed.pk)
        return web.fetch(url, **validators)

    assert revisit_pages(now=NOW + timedelta(minutes=60), fetch=fetch) == []
    assert revisions(a) == 1
    resume_feed(person=editor, feed_id=feed.pk, now=NOW + timedelta(minutes=61))
    assert revisit(web, 61) == 1
    assert revisions(a) == 2


def test_a_change_that_is_announced_while_a_page_waits_for_its_turn_is_not_forgotten(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page without validators is read again only where the feed says that it changed."""
    web = ChangingWeb()
    watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=30)
    poll(web)
    first, second = FeedEntry.objects.filter(next_at__lte=NOW + timedelta(minutes=60)).order_by("next_at", "pk")
    path = second.url.removeprefix("https://example.org/")
    monkeypatch.setattr("articles.services.feed_entries.time.monotonic", iter([0.0, 0.0, 100.0]).__next__)

    def fetch(url: str, **validators: str) -> Page:
        monkeypatch.undo()
        web.feed = atom(**{"a": "2026-11-20T08:00:00Z", "b": "2026-11-20T08:00:00Z", path: "2026-11-22T08:00:00Z"})
        web.feed = web.feed.replace(b"Outlet", b"The outlet")
        poll(web, 60)
        monkeypatch.setattr("articles.services.feed_entries.time.monotonic", lambda: 100.0)
        return web.fetch(url, **validators)

    revisit_pages(now=NOW + timedelta(minutes=60), fetch=fetch)
    assert not FeedEntry.objects.get(pk=first.pk).is_announced
    assert FeedEntry.objects.get(pk=second.pk).is_announced


def test_a_page_of_the_old_address_that_fails_says_nothing_of_the_new_one(
    editor: User, make_user: Callable[..., User]
) -> None:
    web = ChangingWeb()
    (a, _) = web.pages
    person = make_user("editor")
    feed = watch_feed(person=person, url=FEED_URL, now=NOW)
    poll(web)
    web.pages[a] = "It cost 45 million."
    User.objects.filter(pk=person.pk).update(is_active=False)

    def fetch(url: str, **validators: str) -> Page:
        if is_moved:
            edit_feed(person=editor, feed_id=feed.pk, url=f"{FEED_URL}?new", every_minutes=30, now=NOW)
        return web.fetch(url, **validators)

    is_moved = True
    assert revisit_pages(now=NOW + timedelta(minutes=60), fetch=fetch) == []
    feed.refresh_from_db()
    assert (feed.url, feed.last_error) == (f"{FEED_URL}?new", "")
    is_moved = False
    assert revisit_pages(now=NOW + timedelta(minutes=60), fetch=fetch) == []
    feed.refresh_from_db()
    assert "role" in feed.last_error


@pytest.mark.parametrize("error", [RecursionError(), FetchTimedOut("example.org took too long.")])
def test_a_page_that_cannot_be_read_stops_no_other_and_is_asked_again(editor: User, error: Exception) -> None:
    """The announced change is not forgotten, although no further visit was due: the article is a week old."""
    web, week = ChangingWeb(), 60 * 24 * 7
    a, b = web.pages
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=30)
    poll(web)
    web.feed = atom(a="2026-11-29T08:00:00Z", b="2026-11-29T08:00:00Z")
    web.feed = web.feed.replace(b"Outlet", b"The outlet")
    poll(web, week)
    web.pages = {a: "It cost 45 million.", b: "It rained all day."}

    def fetch(url: str, **validators: str) -> Page:
        if url == a:
            raise error
        return web.fetch(url, **validators)

    now = NOW + timedelta(minutes=week)
    assert len(revisit_pages(now=now, fetch=fetch)) == 1
    feed.refresh_from_db()
    assert feed.last_error == (FAULT if isinstance(error, RecursionError) else "")
    assert FeedEntry.objects.get(url=b).item.run.label.startswith("Changes")
    assert [revisit(web, week + minutes) for minutes in (359, 360)] == [0, 1]
    assert revisions(a) == 2


def test_a_fault_while_changed_pages_are_imported_is_told(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    web = ChangingWeb()
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW, every_minutes=30)
    poll(web)
    web.pages = dict.fromkeys(web.pages, "Other words.")

    def fail(**_given: object) -> None:
        raise RecursionError

    monkeypatch.setattr("articles.services.feed_entries.start_import", fail)
    assert revisit_pages(now=NOW + timedelta(hours=1), fetch=web.fetch) == []
    feed.refresh_from_db()
    assert feed.last_error == FAULT


def test_an_announced_change_whose_import_was_refused_is_asked_again(
    editor: User, make_user: Callable[..., User]
) -> None:
    """Of a week-old article no other visit is due: the change would stay unread when the person has the role again."""
    web, week = ChangingWeb(), 60 * 24 * 7
    (a, _) = web.pages
    person = make_user("editor")
    watch_feed(person=person, url=FEED_URL, now=NOW, every_minutes=30)
    poll(web)
    web.feed = atom(a="2026-11-29T08:00:00Z")
    poll(web, week)
    web.pages[a] = "It cost 45 million."
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert revisit(web, week) == 0
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert [revisit(web, week + minutes) for minutes in (359, 360)] == [0, 1]
    assert revisions(a) == 2
