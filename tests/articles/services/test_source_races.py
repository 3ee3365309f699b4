"""Sources are merged while somebody writes one of them into another row: nothing is left with the merged one."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from articles.models import Article, FeedWatch, ImportRun, Proposal, Source
from articles.services import processing
from articles.services.details import edit_details
from articles.services.feeds import edit_feed, watch_feed
from articles.services.runs import IncomingFile, start_import
from articles.services.source_merging import merge_sources
from articles.services.sources import save_source
from tests.annotations.races import behind
from tests.articles.conftest import NOW, no_network

pytestmark = pytest.mark.django_db(transaction=True)
FEED_URL = "https://courier.example/feed"


@pytest.fixture
def pair() -> tuple[Source, Source]:
    return Source.objects.create(name="Courier Online"), Source.objects.create(name="Harbour Courier")


@pytest.fixture
def merge(pair: tuple[Source, Source], make_user: Callable[..., User]) -> Callable[..., Any]:
    reviewer = make_user("reviewer")
    return lambda *_: merge_sources(person=reviewer, source_id=pair[0].pk, into_id=pair[1].pk, now=NOW)


def test_an_import_brings_an_article(
    pair: tuple[Source, Source], merge: Callable[..., Any], run_import: Callable[..., ImportRun]
) -> None:
    item = b'{"id": "1", "title": "News", "text": "Ships came in.", "source": {"name": "Courier Online"}}'
    assert behind(lambda: run_import({"a.json": item}), first=merge) == "done"
    assert Article.objects.get().source == pair[1]


def test_a_person_corrects_an_article(pair: tuple[Source, Source], merge: Callable[..., Any], editor: User) -> None:
    article = Article.objects.create(title="News")
    changes = {"source": "Courier Online", "origin": pair[0]}
    ended = behind(
        lambda: edit_details(article_id=article.pk, person=editor, changes=changes, now=NOW),
        first=merge,
    )
    assert ended == "done"
    article.refresh_from_db()
    assert (article.source, article.origin) == (pair[1], pair[1])


def test_the_source_that_a_colleague_has_just_set_is_known_as_the_one_before(
    pair: tuple[Source, Source], editor: User
) -> None:
    """Else it would be proposed again, and an import that names it would bring it back."""
    article = Article.objects.create(title="News", source=Source.objects.create(name="Wire"))

    def correct(name: str) -> Article:
        return edit_details(article_id=article.pk, person=editor, changes={"source": name}, now=NOW)

    assert behind(lambda: correct("Harbour Courier"), first=lambda: correct("Courier Online")) == "done"
    before = Proposal.objects.filter(field="source", state="dismissed").order_by("pk")
    assert list(before.values_list("value", flat=True)) == ["Wire", "Courier Online"]


def test_a_merged_source_is_edited_by_nobody(
    pair: tuple[Source, Source], merge: Callable[..., Any], editor: User
) -> None:
    edit = partial(save_source, person=editor, source=pair[0], interests="Owned by the harbour.")
    assert behind(edit, first=merge) == "wrong-state"


def test_a_feed_gets_the_source(pair: tuple[Source, Source], merge: Callable[..., Any], editor: User) -> None:
    feed = watch_feed(person=editor, url=FEED_URL, now=NOW)
    ended = behind(
        lambda: edit_feed(
            person=editor, feed_id=feed.pk, url=FEED_URL, now=NOW, every_minutes=30, source="Courier Online"
        ),
        first=merge,
    )
    assert ended == "done"
    assert FeedWatch.objects.get().source == pair[1]


def test_several_of_its_articles_are_locked_in_order(pair: tuple[Source, Source], merge: Callable[..., Any]) -> None:
    """As imports and the feed lock several. Rows that were written last stand last, and an UPDATE takes them as they stand."""
    first, second = (Article.objects.create(title=title) for title in ("News", "More news"))
    for article in (second, first):
        Article.objects.filter(pk=article.pk).update(source=pair[0])

    def lock(article: Article) -> list[Article]:
        return list(Article.objects.select_for_update().filter(pk=article.pk))

    assert behind(merge, first=lambda: lock(first), then=lambda: lock(second)) == "done"
    assert set(Article.objects.values_list("source", flat=True)) == {pair[1].pk}


def test_an_import_with_the_source_is_under_way(
    pair: tuple[Source, Source], merge: Callable[..., Any], editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "FIRST_ENTRIES", 1)
    monkeypatch.setattr(processing, "BATCH_ENTRIES", 1)
    lines = (
        b'{"id": "1", "title": "One", "text": "Ships came in."}\n{"id": "2", "title": "Two", "text": "They left."}\n'
    )
    known = Article.objects.create(title="Two", source=pair[0], external_id="2")
    run = start_import(person=editor, files=[IncomingFile("a.jsonl", lines)], source=pair[0], now=NOW)
    reports = iter([merge])
    processing.process_run(
        run_id=run.pk, fetch=no_network, clock=lambda: NOW, report=lambda _: next(reports, lambda: None)()
    )
    run.refresh_from_db()
    assert run.failed == 0
    assert dict(Article.objects.values_list("external_id", "source")) == {"1": pair[1].pk, "2": pair[1].pk}
    assert known.revisions.count() == 1
