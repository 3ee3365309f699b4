"""Rechecks: something under a claim changed, and a person decides what that means."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.models import RecheckTask
from annotations.services.base import writing
from annotations.services.placements import confirm_placement, locked_placement, withdraw_passage

RESOLUTIONS = {
    "unchanged": "The meaning is unchanged",
    "withdrawn": "Withdrawn by the publisher",
    "correction": "A correction was started",
    "kept": "Kept without a place",
    "no-change": "Looked at, nothing to do",
}


def resolve_recheck(*, person: User, task_id: UUID | str, resolution: str, now: datetime) -> RecheckTask:
    """Close a task. `unchanged` confirms the placement, `withdrawn` retires the passage; both close its other tasks too."""
    check_permission(person, "recheck.resolve")
    if resolution not in RESOLUTIONS:
        raise InvalidInput(f"A recheck ends as {', '.join(RESOLUTIONS)}. Nothing was changed.")
    with writing(person):
        task = _locked(task_id)
        if not task.is_open:
            raise WrongState("Somebody has closed this recheck already.")
        if task.placement_id and resolution == "unchanged":
            confirm_placement(person=person, placement_id=task.placement_id, now=now)
        elif task.placement_id and resolution == "withdrawn":
            withdraw_passage(person=person, placement_id=task.placement_id, now=now)
        RecheckTask.objects.filter(pk=task.pk).update(
            is_open=False, resolution=RESOLUTIONS[resolution], resolved_by=person, resolved_at=now
        )
    task.refresh_from_db()
    return task


def _locked(task_id: UUID | str) -> RecheckTask:
    """Its placement is locked first, as by those who answer the placement itself: another order would deadlock with them."""
    found = RecheckTask.objects.filter(pk=task_id)
    placement_id = found.values_list("placement_id", flat=True).first()
    if placement_id:
        locked_placement(placement_id)
    task = found.select_for_update(of=("self",)).first()
    if task is None:
        raise NotFound("This recheck does not exist.")
    return task
