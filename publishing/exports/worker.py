"""Write exports. A worker holds a lease on a run and renews it with every progress report.

If a worker is killed, the next one starts the run again: each attempt writes a file of its own, and only one of them
becomes the export's.
"""

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import IO, Final
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import acting
from annotations.models import Desk
from core.database.leases import ended
from core.errors import DomainError
from core.files.disk import full_disk_refused, store_whole
from publishing.events import EXPORT_READY
from publishing.exports.filters import is_foreign, where_for
from publishing.exports.formats import DOSSIERS, FOREIGN_REVIEWS, LISTS, format_of
from publishing.exports.runs import FOLDER, KEPT, OPEN
from publishing.exports.snapshot import open_snapshot
from publishing.models import ExportRun
from publishing.services.publication import desk_document
from publishing.webhooks.outbox import announce_event

# How long the export of a killed worker waits for the next one. Reports renew it; a disk may be slow between two.
LEASE: Final = timedelta(minutes=2)
GIVEN_UP: Final = timedelta(days=1)
"""A run that is not finished by then has failed: its rows may kill every worker that tries."""
_REPORT_SECONDS: Final = 0.5  # every report is a commit


class _LeaseLost(Exception):
    """The run was cancelled, or another worker has it now."""


def open_runs(*, now: datetime) -> list[UUID]:
    """Return the runs without a worker, oldest first. Side effect: runs older than GIVEN_UP have failed."""
    waiting = ExportRun.objects.filter(_is_free(now), state__in=OPEN)
    with acting(None):
        waiting.filter(created_at__lt=now - GIVEN_UP).update(
            state="failed",
            error=_("It did not finish within a day. Ask the person who runs this desk."),
            finished_at=now,
        )
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:100])


def run_export(*, run_id: UUID | str, clock: Callable[[], datetime]) -> bool:
    """Write the file. Returns False when another worker has the run, or when it was cancelled or failed."""
    work = _Work.take(run_id, clock)
    if work is None:
        return False
    try:
        work.write()
    except _LeaseLost:
        return False
    # The database went away: the task tries again, and need not wait for the lease to end.
    except OperationalError:
        work.give_back()
        raise
    except DomainError as refusal:
        work.fail(refusal.message)
        return False
    # Any: a run that still seemed to be written would be taken up and fail again, and nobody would be told.
    except Exception:
        work.fail(_("Something went wrong on our side; the log of the worker says what. Try it again."))
        raise
    return True


class _Work:
    """A run that this worker holds by its lease."""

    def __init__(self, run: ExportRun, lease: datetime, clock: Callable[[], datetime]) -> None:
        self.run, self.lease, self.clock = run, lease, clock
        self._reported = 0.0

    @classmethod
    def take(cls, run_id: UUID | str, clock: Callable[[], datetime]) -> "_Work | None":
        now = clock()
        lease = now + LEASE
        free = ExportRun.objects.filter(_is_free(now), pk=run_id, state__in=OPEN)
        with acting(None):
            # Compare and set: of two workers one changes the row. The time it wrote is its token, see `_held`.
            if not free.update(state="running", lease_until=lease, done=0, error=""):
                return None
        return cls(ExportRun.objects.get(pk=run_id), lease, clock)

    def write(self) -> None:
        with full_disk_refused(), tempfile.TemporaryFile() as file:
            self._fill(file)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            name = f"{FOLDER}/{self.run.pk}-{uuid4().hex[:8]}.{format_of(self.run.kind).extension}"
            path = store_whole(name, File(file))
        try:
            self._finish(path, size, sha256)
        except BaseException:
            # A commit whose answer was lost has been made all the same: the row says whether the file is the export's.
            # Where the row cannot be asked the file stays, and the clean-up deletes what no export names.
            if not ExportRun.objects.filter(pk=self.run.pk, path=path).exists():
                default_storage.delete(path)
            raise

    def _fill(self, file: IO[bytes]) -> None:
        kind, now, given = self.run.kind, self.clock(), self.run.filter
        if kind in DOSSIERS:
            self.report(0, 1)
            DOSSIERS[kind].write(file, given["claim"], now)
            self.run.total = 1
            return
        form = FOREIGN_REVIEWS if is_foreign(given) else LISTS[kind]
        desk = desk_document(Desk.objects.get())
        with open_snapshot(where_for(kind, given), desk=desk, report=self.report, rows=form.rows) as rows:
            self.run.total = rows.total
            form.write(file, rows, now)

    def report(self, done: int, total: int) -> None:
        """Store the progress and renew the lease, at most twice a second. Raises _LeaseLost."""
        if done and monotonic() - self._reported < _REPORT_SECONDS:
            return
        self._reported = monotonic()
        lease = self.clock() + LEASE
        if not self._held().update(done=done, total=total, lease_until=lease):
            raise _LeaseLost
        self.lease = lease

    def _finish(self, path: str, size: int, sha256: str) -> None:
        now = self.clock()
        with acting(None):
            written = self._held().update(
                state="finished",
                path=path,
                size=size,
                sha256=sha256,
                done=self.run.total,
                total=self.run.total,
                lease_until=None,
                finished_at=now,
                expires_at=now + KEPT,
            )
            if not written:
                raise _LeaseLost
            announce_event(EXPORT_READY, kind="export", object_id=self.run.pk, now=now)

    def fail(self, message: str) -> None:
        with acting(None):
            self._held().update(state="failed", error=message, lease_until=None, finished_at=self.clock())

    def give_back(self) -> None:
        with acting(None):
            self._held().update(lease_until=None)

    def _held(self) -> QuerySet[ExportRun]:
        return ExportRun.objects.filter(pk=self.run.pk, state="running", lease_until=self.lease)


def _is_free(now: datetime) -> Q:
    return Q(lease_until=None) | ended(now, LEASE)
