"""Exports as people see them: start, list, cancel, download. They see their own, admins all; a file is kept for a week."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission, has_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.models import Claim
from annotations.services.base import writing
from core.errors import Gone
from publishing.exports.filters import where_for
from publishing.exports.formats import DOSSIERS, KINDS, format_of
from publishing.models import ExportRun

KEPT: Final = timedelta(days=7)
FOLDER: Final = "exports"
"""Where the files lie, within the stored files; a constraint of the table says the same."""
OPEN: Final = ("queued", "running")
_MOST_WAITING: Final = 20


def start_export(*, person: User, kind: str, given: dict[str, Any], now: datetime) -> ExportRun:
    """Queue an export. `given` is its filter (filters.py), or {"claim": id} for a dossier. Raises InvalidInput."""
    check_permission(person, "export.create")
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise InvalidInput(
            _("There is no export of this kind. There are: {known}. Nothing was started.").format(known=known),
            errors=[{"pointer": "/kind", "code": "unknown-kind", "detail": _("One of {known}.").format(known=known)}],
        )
    kept = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    kept = {name: value for name, value in kept.items() if value != ""}
    if kind in DOSSIERS:
        _check_claim(kept)
    else:
        where_for(kind, kept)  # raises for what it cannot read
    with writing(person):
        if ExportRun.objects.filter(created_by=person, state__in=OPEN).count() >= _MOST_WAITING:
            raise WrongState(
                _("{most_waiting} exports of yours wait already. Let them finish or cancel some.").format(
                    most_waiting=_MOST_WAITING
                )
            )
        return ExportRun.objects.create(kind=kind, filter=kept, created_by=person, created_at=now)


def visible_exports(person: User) -> QuerySet[ExportRun]:
    """Return the person's exports, newest first; all for an admin."""
    runs = ExportRun.objects.select_related("created_by").order_by("-created_at", "-pk")
    return runs if has_permission(person, "desk.manage") else runs.filter(created_by=person)


def find_export(*, person: User, run_id: UUID | str) -> ExportRun:
    """Return an export. Raises NotFound, also for somebody else's."""
    run = visible_exports(person).filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("This export does not exist, or it is not yours to see."))
    return run


def cancel_export(*, person: User, run_id: UUID | str) -> ExportRun:
    run = find_export(person=person, run_id=run_id)
    with writing(person):
        if not ExportRun.objects.filter(pk=run.pk, state__in=OPEN).update(state="cancelled", lease_until=None):
            raise WrongState(_("The export is over already. Nothing was changed."))
    run.refresh_from_db()
    return run


def downloadable(*, person: User, run_id: UUID | str, now: datetime) -> ExportRun:
    """Return an export with a file. Raises NotFound, WrongState before it is finished, Gone after its week."""
    run = find_export(person=person, run_id=run_id)
    # The clean-up may be an hour late.
    is_past = run.expires_at is not None and run.expires_at <= now
    if run.state == "expired" or (run.state == "finished" and (is_past or not run.path)):
        raise Gone(run.error or _("The file was kept for seven days and is gone. Repeat the export to have it again."))
    if run.state != "finished":
        raise WrongState(_("There is no file: the export is {state}.").format(state=run.state), state=run.state)
    return run


def file_name(run: ExportRun) -> str:
    extension = format_of(run.kind).extension
    what = "claim" if run.kind in DOSSIERS else run.kind if run.kind != extension else "fact-checks"
    return f"factcheck-{what}-{run.created_at:%Y%m%d-%H%M}.{extension}"


def content_type(run: ExportRun) -> str:
    return format_of(run.kind).media_type


def _check_claim(given: dict[str, Any]) -> None:
    claim = given.get("claim")
    try:
        is_there = set(given) == {"claim"} and Claim.objects.filter(pk=UUID(str(claim))).exists()
    except ValueError:
        is_there = False
    if not is_there:
        raise InvalidInput(
            _("A dossier wants the id of one claim and no other filter. Nothing was started."),
            errors=[{"pointer": "/filter/claim", "code": "bad-filter", "detail": _("The id of a claim.")}],
        )
    if not Claim.objects.get(pk=UUID(str(claim))).verdicts.exists():
        raise InvalidInput(_("The claim has no verdict yet, so there is nothing to print. Nothing was started."))
