"""Exports: started by a person, written by a worker, kept a week, seen by who made them and by admins.

A worker holds a lease and renews it with every progress report. What a killed worker held is begun again by the next: a run
writes a file of its own each time and only one of them becomes the export's.
"""

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import IO, Any, Final
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.models import Claim, Desk
from annotations.services.base import writing
from core.errors import DomainError, Gone
from publishing.exports import rows as export_rows
from publishing.exports.dossiers import write_docx_dossier, write_pdf_dossier
from publishing.fact_check_filter import (
    Where,
    foreign_where,
    is_foreign,
    where,
)
from publishing.models import ExportRun
from publishing.services.publication import desk_document
from publishing.webhooks.outbox import announce_event

LEASE: Final = timedelta(minutes=2)
KEPT: Final = timedelta(days=7)
GIVEN_UP: Final = timedelta(days=1)
"""A run that nobody could finish in this time has failed: its rows may kill every worker that tries."""
_REPORT_SECONDS: Final = 0.5
_MOST_WAITING: Final = 20
OPEN: Final = ("queued", "running")

Writer = Callable[[IO[bytes], export_rows.Snapshot, datetime], None]
_LISTS: Final[dict[str, tuple[str, str, Writer]]] = {
    "csv": ("csv", "text/csv; charset=utf-8", export_rows.write_csv),
    "xlsx": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        export_rows.write_workbook,
    ),
    "jsonl": ("jsonl", "application/jsonl", export_rows.write_jsonl),
    "claimreview": ("json", "application/ld+json", export_rows.write_claim_reviews),
    "webannotation": ("json", "application/ld+json", export_rows.write_annotations),
    "ninjs": ("jsonl", "application/jsonl", export_rows.write_ninjs),
}
_DOSSIERS: Final[dict[str, tuple[str, str, Callable[[IO[bytes], UUID | str, datetime], None]]]] = {
    "docx": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        write_docx_dossier,
    ),
    "pdf": ("pdf", "application/pdf", write_pdf_dossier),
}


class LeaseLost(Exception):
    """The run was cancelled, or another worker has it now."""


def start_export(*, person: User, kind: str, given: dict[str, Any], now: datetime) -> ExportRun:
    """`given` is the filter: that of fact_check_filter.py, or {"claim": id} for a dossier.

    {"checks": "foreign"}, as ClaimReview alone, is what came in from other desks.
    """
    check_permission(person, "export.create")
    if kind not in _LISTS and kind not in _DOSSIERS:
        known = ", ".join(ExportRun.KINDS)
        raise InvalidInput(
            f"There is no export of this kind. There are: {known}. Nothing was started.",
            errors=[{"pointer": "/kind", "code": "unknown-kind", "detail": f"One of {known}."}],
        )
    kept = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    kept = {name: value for name, value in kept.items() if value != ""}
    _check_claim(kept) if kind in _DOSSIERS else _where(kind, kept)
    with writing(person):
        if ExportRun.objects.filter(created_by=person, state__in=OPEN).count() >= _MOST_WAITING:
            raise WrongState(f"{_MOST_WAITING} exports of yours wait already. Let them finish or cancel some.")
        return ExportRun.objects.create(kind=kind, filter=kept, created_by=person, created_at=now)


def visible_exports(person: User) -> QuerySet[ExportRun]:
    """A person's own; an admin sees all."""
    runs = ExportRun.objects.select_related("created_by").order_by("-created_at", "-pk")
    return runs if has_permission(person, "desk.manage") else runs.filter(created_by=person)


def find_export(*, person: User, run_id: UUID | str) -> ExportRun:
    """Raises NotFound, also for somebody else's."""
    run = visible_exports(person).filter(pk=run_id).first()
    if run is None:
        raise NotFound("This export does not exist, or it is not yours to see.")
    return run


def cancel_export(*, person: User, run_id: UUID | str) -> ExportRun:
    run = find_export(person=person, run_id=run_id)
    with writing(person):
        if not ExportRun.objects.filter(pk=run.pk, state__in=OPEN).update(state="cancelled", lease_until=None):
            raise WrongState("The export is over already. Nothing was changed.")
    run.refresh_from_db()
    return run


def downloadable(*, person: User, run_id: UUID | str, now: datetime) -> ExportRun:
    """The run whose file may be read now. Raises NotFound, WrongState while it is not finished, Gone after its week."""
    run = find_export(person=person, run_id=run_id)
    is_past = run.expires_at is not None and run.expires_at <= now
    if run.state == "expired" or (run.state == "finished" and (is_past or not run.path)):
        raise Gone(run.error or "The file was kept for seven days and is gone. Repeat the export to have it again.")
    if run.state != "finished":
        raise WrongState(f"There is no file: the export is {run.state}.", state=run.state)
    return run


def file_name(run: ExportRun) -> str:
    extension = _kind(run.kind)[0]
    what = "claim" if run.kind in _DOSSIERS else run.kind if run.kind != extension else "fact-checks"
    return f"factcheck-{what}-{run.created_at:%Y%m%d-%H%M}.{extension}"


def content_type(run: ExportRun) -> str:
    return _kind(run.kind)[1]


def open_runs(*, now: datetime) -> list[UUID]:
    """Runs that nobody works on; those that nobody could finish are given up."""
    waiting = ExportRun.objects.filter(_is_free(now), state__in=OPEN)
    with acting(None):
        waiting.filter(created_at__lt=now - GIVEN_UP).update(
            state="failed", error="It did not finish within a day. Ask the person who runs this desk.", finished_at=now
        )
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:100])


def run_export(*, run_id: UUID | str, clock: Callable[[], datetime]) -> bool:
    """Write the file. False where somebody else is at it, or it was cancelled meanwhile."""
    work = _Work.take(run_id, clock)
    if work is None:
        return False
    try:
        work.write()
    except LeaseLost:
        return False
    except OperationalError:
        work.give_back()
        raise
    except DomainError as refusal:
        work.fail(refusal.message)
        return False
    except Exception:
        work.fail("Something went wrong on our side; the log of the worker says what. Try it again.")
        raise
    return True


class _Work:
    """One worker's hold on one run."""

    def __init__(self, run: ExportRun, lease: datetime, clock: Callable[[], datetime]) -> None:
        self.run, self.lease, self.clock = run, lease, clock
        self._reported = 0.0

    @classmethod
    def take(cls, run_id: UUID | str, clock: Callable[[], datetime]) -> "_Work | None":
        now = clock()
        lease = now + LEASE
        free = ExportRun.objects.filter(_is_free(now), pk=run_id, state__in=OPEN)
        with acting(None):
            if not free.update(state="running", lease_until=lease, done=0, error=""):
                return None
        return cls(ExportRun.objects.get(pk=run_id), lease, clock)

    def write(self) -> None:
        with tempfile.TemporaryFile() as file:
            self._fill(file)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            path = default_storage.save(
                f"exports/{self.run.pk}-{uuid4().hex[:8]}.{_kind(self.run.kind)[0]}", File(file)
            )
        try:
            self._finish(path, size, sha256)
        except BaseException:
            default_storage.delete(path)
            raise

    def _fill(self, file: IO[bytes]) -> None:
        kind, now = self.run.kind, self.clock()
        if kind in _DOSSIERS:
            self.report(0, 1)
            _DOSSIERS[kind][2](file, self.run.filter["claim"], now)
            self.run.total = 1
            return
        desk, write, source = desk_document(Desk.objects.get()), _LISTS[kind][2], export_rows.PUBLISHED
        if is_foreign(self.run.filter):
            write, source = export_rows.write_foreign_reviews, export_rows.FOREIGN
        with export_rows.snapshot(_where(kind, self.run.filter), desk=desk, report=self.report, rows=source) as rows:
            self.run.total = rows.total
            write(file, rows, now)

    def report(self, done: int, total: int) -> None:
        """Progress, twice a second at most; it renews the lease. Raises LeaseLost."""
        if done and monotonic() - self._reported < _REPORT_SECONDS:
            return
        self._reported = monotonic()
        lease = self.clock() + LEASE
        if not self._held().update(done=done, total=total, lease_until=lease):
            raise LeaseLost
        self.lease = lease

    def _finish(self, path: str, size: int, sha256: str) -> None:
        now = self.clock()
        with acting(None):
            written = self._held().update(
                state="finished", path=path, size=size, sha256=sha256, done=self.run.total, total=self.run.total,
                lease_until=None, finished_at=now, expires_at=now + KEPT,
            )  # fmt: skip
            if not written:
                raise LeaseLost
            announce_event("export.ready", kind="export", object_id=self.run.pk, now=now)

    def fail(self, message: str) -> None:
        with acting(None):
            self._held().update(state="failed", error=message, lease_until=None, finished_at=self.clock())

    def give_back(self) -> None:
        with acting(None):
            self._held().update(lease_until=None)

    def _held(self) -> QuerySet[ExportRun]:
        return ExportRun.objects.filter(pk=self.run.pk, state="running", lease_until=self.lease)


def _is_free(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=now)


def _where(kind: str, given: dict[str, Any]) -> Where:
    return foreign_where(kind, given) if is_foreign(given) else where(given)


def _kind(kind: str) -> tuple[str, str, Any]:
    return _LISTS.get(kind) or _DOSSIERS[kind]


def _check_claim(given: dict[str, Any]) -> None:
    claim = given.get("claim")
    try:
        is_there = set(given) == {"claim"} and Claim.objects.filter(pk=UUID(str(claim))).exists()
    except ValueError:
        is_there = False
    if not is_there:
        raise InvalidInput(
            "A dossier wants the id of one claim and no other filter. Nothing was started.",
            errors=[{"pointer": "/filter/claim", "code": "bad-filter", "detail": "The id of a claim."}],
        )
    with transaction.atomic():
        if not Claim.objects.get(pk=UUID(str(claim))).verdicts.exists():
            raise InvalidInput("The claim has no verdict yet, so there is nothing to print. Nothing was started.")
