"""Delete rows past their time: idempotency keys, deliveries, export files, readers' addresses, sessions."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.audit import acting
from accounts.models import IdempotencyKey, Session
from publishing.exports.runs import FOLDER
from publishing.models import (
    Change,
    Delivery,
    ErrorReport,
    ExportRun,
)

KEYS: Final = timedelta(hours=24)
DELIVERIES: Final = timedelta(days=90)  # a quarter, in which a CMS can ask for a replay
EXPORT_FILES: Final = timedelta(days=7)
_BEING_WRITTEN: Final = timedelta(days=1)  # as long as a run may take, see GIVEN_UP in exports/worker.py
ADDRESSES: Final = timedelta(days=90)
CHANGES: Final = timedelta(days=90)
"""As long as DELIVERIES: a delivery refers to its change."""


def clean_up(*, now: datetime) -> dict[str, int]:
    """Delete what is past its time. Returns how many rows of each kind. Pending work is never deleted."""
    with acting(None):
        return {
            "idempotency keys": _delete_rows(IdempotencyKey.objects.filter(created_at__lt=now - KEYS)),
            "deliveries": _delete_old_deliveries(now),
            "changes": _delete_old_changes(now),
            "export files": _expire_exports(now),
            "addresses": ErrorReport.objects.filter(created_at__lt=now - ADDRESSES)
            .exclude(reply_to="")
            .update(reply_to=""),
            "sessions": _delete_rows(Session.objects.filter(expire_date__lt=now)),
        }


def _delete_old_deliveries(now: datetime) -> int:
    """Delete deliveries of which no replay is left: by its original a replay has its webhook-id.

    Without it two replays of one change would also break the rule that there is one delivery of it.
    """
    replays = Delivery.objects.filter(replay_of=OuterRef("pk"))
    old = Delivery.objects.filter(created_at__lt=now - DELIVERIES).exclude(state=Delivery.State.PENDING)
    # Who replays one at this moment holds it.
    free = old.exclude(Exists(replays)).select_for_update(skip_locked=True)
    return _delete_rows(Delivery.objects.filter(pk__in=list(free.values_list("pk", flat=True))))


def _delete_old_changes(now: datetime) -> int:
    """Delete outbox rows that a newer one of the same object replaced.

    The newest row of each object stays, tombstones too: by it the feed knows which readers missed a deletion. The highest
    number stays as well: a reader's cursor is compared with it.
    """
    replaced = Change.objects.filter(is_latest=False, seq__isnull=False, modified_at__lt=now - CHANGES)
    return _delete_rows(replaced.exclude(Exists(Delivery.objects.filter(change=OuterRef("pk")))))


def _delete_rows(rows: QuerySet[Any]) -> int:
    # By model: rows that go with the others, such as attempts, are not counted as well.
    counts: dict[str, int] = rows.delete()[1]
    return max(counts.values(), default=0)


def _expire_exports(now: datetime) -> int:
    """Delete old export files, and those that a legal removal could not delete. The runs stay in the list."""
    is_past = Q(state="finished", finished_at__lt=now - EXPORT_FILES) | Q(state="expired")
    old = ExportRun.objects.filter(is_past).exclude(path="")
    for run in old:
        default_storage.delete(run.path)
        ExportRun.objects.filter(pk=run.pk).update(state="expired", path="")
    return len(old) + _delete_stray_files(now)


def _delete_stray_files(now: datetime) -> int:
    """Delete files that no export names: a killed worker leaves one, or a database that went away at the commit."""
    if not default_storage.exists(FOLDER):
        return 0
    paths = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    stray = [
        path
        for path in sorted(paths - set(ExportRun.objects.exclude(path="").values_list("path", flat=True)))
        if default_storage.get_modified_time(path) < now - _BEING_WRITTEN
    ]
    for path in stray:
        default_storage.delete(path)
    return len(stray)
