"""The CMS hears that words under a published check changed, after a decision or a day, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from annotations.models import RecheckTask
from annotations.services.changes.placements import place_revision
from annotations.services.changes.rechecks import resolve_recheck
from articles.models import Article
from publishing.models import Change
from publishing.services.feed import announce_changed_articles, number_changes
from publishing.tasks import announce_changes
from tests.annotations import story
from tests.annotations.story import COUNCIL, NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def change_words(article: Article, old: str, new: str) -> None:
    revision = story.add_pending(article, tuple(block.replace(old, new) for block in COUNCIL))
    place_revision(revision_id=revision.pk, now=NOW)


@pytest.fixture
def changed(editor: User, make_user: Callable[..., User], published) -> RecheckTask:
    make_user("reviewer")
    article = published.claim.appearances.get().passage.article
    change_words(article, "40 million", "45 million")
    return RecheckTask.objects.get(is_open=True)


def told() -> list[Change]:
    return list(Change.objects.filter(kind="article").order_by("pk"))


def test_nobody_is_told_before_a_day_has_passed(changed: RecheckTask) -> None:
    assert announce_changed_articles(now=NOW + DAY - timedelta(seconds=1)) == 0
    assert told() == []
    assert announce_changed_articles(now=NOW + DAY) == 1
    (change,) = told()
    assert changed.placement is not None
    article = changed.placement.passage.article
    assert (change.event, change.object_id, change.version) == ("article.changed", article.pk, 2)
    assert change.etag == changed.placement.revision.sha256
    assert "nobody at the desk has decided" in change.notice


def test_a_decision_tells_at_once_and_only_once(changed: RecheckTask, editor: User) -> None:
    resolve_recheck(person=editor, task_id=changed.pk, resolution="unchanged", now=NOW)
    announce_changes()
    announce_changes()
    (change,) = told()
    assert change.notice == "The words under a published check changed: the meaning is unchanged."
    changed.refresh_from_db()
    assert changed.announced_at is not None
    assert announce_changed_articles(now=NOW + 2 * DAY) == 0


def test_a_day_counts_from_the_first_change(changed: RecheckTask) -> None:
    assert changed.placement is not None
    change_words(changed.placement.passage.article, "40 million", "47 million")
    changed.refresh_from_db()
    assert not changed.is_open
    assert announce_changed_articles(now=NOW + DAY) == 1


def test_the_newest_change_of_an_article_is_the_latest(changed: RecheckTask) -> None:
    announce_changed_articles(now=NOW + DAY)
    assert changed.placement is not None
    change_words(changed.placement.passage.article, "40 million", "47 million")
    announce_changed_articles(now=NOW + 2 * DAY)
    number_changes()
    assert [(change.version, change.is_latest) for change in told()] == [(2, False), (3, True)]
    assert all(change.seq for change in told())


def test_words_under_no_published_check_are_no_news(editor: User) -> None:
    article = story.make_article()
    story.mark(editor, article)
    change_words(article, "40 million", "45 million")
    assert RecheckTask.objects.filter(is_open=True).exists()
    assert announce_changed_articles(now=NOW + 2 * DAY) == 0
