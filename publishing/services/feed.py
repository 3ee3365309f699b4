"""The change feed: number its rows in commit order, and add the articles whose words changed.

A sequence would number at insert time, and transactions commit in another order than they insert: a reader would skip the
rows of a slow one. So a row is written without a number, and the next reader or task numbers all committed rows, one at a
time. The same transaction writes the deliveries to webhook endpoints, so a numbered change always has them.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import acting
from annotations.models import RecheckTask
from articles.models import Article
from core.database.locks import Lock, wait_for_lock
from publishing.events import ARTICLE_CHANGED
from publishing.models import Change
from publishing.webhooks.outbox import active_endpoints, make_deliveries

ANNOUNCED_AFTER = timedelta(hours=24)
"""The wait for a person's decision on changed words before the CMS hears of them without one."""
_AT_ONCE = 500


def number_changes() -> int:
    """Number the committed rows and make their deliveries. Returns how many; one cheap query when there are none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM publishing_change WHERE seq IS NULL LIMIT 1")
        if cursor.fetchone() is None:
            return 0
    with transaction.atomic(), connection.cursor() as cursor:
        # A query of its own: the UPDATE's snapshot must be taken after the lock, or it misses rows committed meanwhile.
        wait_for_lock(Lock.FEED)
        cursor.execute(
            "UPDATE publishing_change c SET seq = nextval('publishing_change_feed') FROM"
            " (SELECT id FROM publishing_change WHERE seq IS NULL ORDER BY id) waiting WHERE c.id = waiting.id"
            " RETURNING c.id"
        )
        numbered = [row[0] for row in cursor.fetchall()]
        endpoints = active_endpoints()
        if endpoints and numbered:
            changes = Change.objects.filter(pk__in=numbered).order_by("seq")
            make_deliveries(changes, endpoints=endpoints, now=timezone.now())
        return len(numbered)


def announce_changed_articles(*, now: datetime) -> int:
    """Write one change per article with changed words under a published check. Returns how many.

    Due is a recheck that a person has decided, or that has waited a day. Each is announced once, whoever runs this.
    """
    due = (
        RecheckTask.objects.filter(kind=RecheckTask.Kind.CHANGED_WORDS, announced_at=None, placement__isnull=False)
        .exclude(verdict=None)
        .filter(Q(resolved_by__isnull=False) | Q(created_at__lte=now - ANNOUNCED_AFTER))
        .order_by("created_at", "pk")
    )
    with acting(None):
        articles = set(due.values_list("placement__passage__article", flat=True)[:_AT_ONCE])
        # Before the tasks: a new text that is being placed locks them in this order.
        _lock_articles(articles)
        due = due.filter(placement__passage__article__in=articles)
        # Skip tasks that a person is deciding on at this moment; the next run takes them.
        locked = due.select_for_update(skip_locked=True, of=("self",)).select_related("placement__passage")
        tasks = list(locked[:_AT_ONCE])
        by_article: dict[UUID, list[RecheckTask]] = defaultdict(list)
        for task in tasks:
            if task.placement:
                by_article[task.placement.passage.article_id].append(task)
        for article_id in sorted(by_article):
            _announce_article(article_id, by_article[article_id], now)
        RecheckTask.objects.filter(pk__in=[task.pk for task in tasks]).update(announced_at=now)
    return len(by_article)


def _lock_articles(ids: set[UUID]) -> None:
    """Lock the articles in the order in which an import locks several."""
    list(Article.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


def _announce_article(article_id: UUID, tasks: list[RecheckTask], now: datetime) -> None:
    article = Article.objects.select_related("current_revision").get(pk=article_id)
    revision = article.current_revision
    # First: a unique constraint allows one latest row of an object, and it is checked at once.
    Change.objects.filter(kind=Change.Kind.ARTICLE, object_id=article_id, is_latest=True).update(is_latest=False)
    Change.objects.create(
        kind=Change.Kind.ARTICLE,
        object_id=article_id,
        event=ARTICLE_CHANGED,
        state="updated",
        reason="updated",
        version=revision.number if revision else 0,
        etag=revision.sha256 if revision else "",
        notice=_notice_of_rechecks(tasks),
        modified_at=now,
    )


def _notice_of_rechecks(tasks: list[RecheckTask]) -> str:
    """Return the notice in English, as the API's own words are: the database knows each of them (sql/changes.sql)."""
    checks = len({task.claim_id for task in tasks})
    words = f"Words under {checks} published checks" if checks > 1 else "The words under a published check"
    decided = sorted({task.resolution.lower() for task in tasks if task.resolved_by_id})
    # Semicolons: a resolution may have a comma.
    return (
        f"{words} changed: {'; '.join(decided)}."
        if decided
        else f"{words} changed; nobody at the desk has decided on it yet."
    )
