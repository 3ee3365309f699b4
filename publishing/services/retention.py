"""What is kept only for a while: idempotency keys, deliveries, export files, addresses of readers, sessions."""

from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q

from accounts.audit import acting
from accounts.models import IdempotencyKey, Session
from publishing.models import (
    Change,
    Delivery,
    ErrorReport,
    ExportRun,
)

KEYS: Final = timedelta(hours=24)
DELIVERIES: Final = timedelta(days=90)
EXPORT_FILES: Final = timedelta(days=7)
ADDRESSES: Final = timedelta(days=90)
CHANGES: Final = timedelta(days=90)
"""As long as deliveries: a delivery protects the change that it carries."""


def clean_up(*, now: datetime) -> dict[str, int]:
    """Let go of what is past its time; how much of each. What is still under way is never touched."""
    with acting(None):
        return {
            "idempotency keys": _deleted(IdempotencyKey.objects.filter(created_at__lt=now - KEYS)),
            "deliveries": _deleted(
                Delivery.objects.filter(created_at__lt=now - DELIVERIES).exclude(state=Delivery.State.PENDING)
            ),
            "changes": _old_changes(now),
            "export files": _expire_exports(now),
            "addresses": ErrorReport.objects.filter(created_at__lt=now - ADDRESSES)
            .exclude(reply_to="")
            .update(reply_to=""),
            "sessions": _deleted(Session.objects.filter(expire_date__lt=now)),
        }


def _old_changes(now: datetime) -> int:
    """Rows of the outbox that a newer one of the same object replaced. The newest of each stays for ever, tombstones too:
    by it the feed knows who missed a deletion. So does the highest number, against which a reader's place is judged."""
    replaced = Change.objects.filter(is_latest=False, seq__isnull=False, modified_at__lt=now - CHANGES)
    return _deleted(replaced.exclude(Exists(Delivery.objects.filter(change=OuterRef("pk")))))


def _deleted(rows: object) -> int:
    counts: dict[str, int] = rows.delete()[1]  # type: ignore[attr-defined]  # querysets of different models
    return max(counts.values(), default=0)


def _expire_exports(now: datetime) -> int:
    """The run stays in the list, its file goes; also one that a legal removal took out of reach and could not delete."""
    is_past = Q(state="finished", finished_at__lt=now - EXPORT_FILES) | Q(state="expired")
    old = ExportRun.objects.filter(is_past).exclude(path="")
    for run in old:
        default_storage.delete(run.path)
        ExportRun.objects.filter(pk=run.pk).update(state="expired", path="")
    return len(old)
