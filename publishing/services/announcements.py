"""The CMS hears that words under a published check changed: once a person has decided on it, or a day has passed."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.audit import acting
from annotations.models import RecheckTask
from articles.models import Article
from publishing.models import Change

WAIT = timedelta(hours=24)
EVENT = "article.changed"
_AT_ONCE = 500


def announce_changed_articles(*, now: datetime) -> int:
    """One change per article for all that is due; how many. Each recheck is announced once, whoever runs this."""
    with acting(None):
        due = (
            RecheckTask.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(kind=RecheckTask.Kind.CHANGED_WORDS, announced_at=None, placement__isnull=False)
            .exclude(verdict=None)
            .filter(Q(resolved_by__isnull=False) | Q(created_at__lte=now - WAIT))
            .order_by("created_at", "pk")
        )
        tasks = list(due.select_related("placement__passage")[:_AT_ONCE])
        by_article: dict[UUID, list[RecheckTask]] = defaultdict(list)
        for task in tasks:
            if task.placement:
                by_article[task.placement.passage.article_id].append(task)
        for article_id in sorted(by_article):
            _announce(article_id, by_article[article_id], now)
        RecheckTask.objects.filter(pk__in=[task.pk for task in tasks]).update(announced_at=now)
    return len(by_article)


def _announce(article_id: UUID, tasks: list[RecheckTask], now: datetime) -> None:
    article = Article.objects.select_for_update(of=("self",)).select_related("current_revision").get(pk=article_id)
    revision = article.current_revision
    Change.objects.filter(kind=Change.Kind.ARTICLE, object_id=article_id, is_latest=True).update(is_latest=False)
    Change.objects.create(
        kind=Change.Kind.ARTICLE, object_id=article_id, event=EVENT, state="updated", reason="updated",
        version=revision.number if revision else 0, etag=revision.sha256 if revision else "", notice=_notice(tasks),
        modified_at=now,
    )  # fmt: skip


def _notice(tasks: list[RecheckTask]) -> str:
    checks = len({task.claim_id for task in tasks})
    words = (
        "The words under a published check changed" if checks == 1 else f"Words under {checks} published checks changed"
    )
    decided = sorted({task.resolution.lower() for task in tasks if task.resolved_by_id})
    return f"{words}: {', '.join(decided)}." if decided else f"{words}; nobody at the desk has decided on it yet."
