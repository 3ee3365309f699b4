"""One step of a verdict: compare-and-set of its status with its row of history, in the caller's transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from annotations.errors import WrongState
from annotations.models import Verdict, VerdictTransition
from annotations.services.notifications import notify_of_move
from annotations.workflow import Status, target_status


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move came to: `missing` lists what a two-person move still waits for (the API answers 202 then)."""

    verdict: Verdict
    is_done: bool = True
    missing: list[str] = field(default_factory=list)


def move(verdict: Verdict, action: str, *, person: User | None, now: datetime, reason: str = "", **fields: Any) -> None:
    """Carry out `action`; `fields` are written with the status. Raises WrongState where the move is not legal now."""
    before, digest = verdict.status, verdict.frozen.sha256 if verdict.frozen else ""
    after = target_status(action, before)
    if after is None:
        raise WrongState(
            f"The verdict is {Status(before).label.lower()}, so this step is not possible. Nothing was changed.",
            current_status=before,
        )
    flags = {name: fields.pop(name) for name in ("is_override", "is_single_approval") if name in fields}
    write(verdict, now=now, status=after, **fields)
    transition = VerdictTransition.objects.create(
        verdict=verdict,
        claim_id=verdict.claim_id,
        action=action,
        from_status=before,
        to_status=after,
        actor=person,
        reason=reason,
        content_sha256=verdict.frozen.sha256 if verdict.frozen else digest,
        at=now,
        **flags,
    )
    notify_of_move(transition)


def write(verdict: Verdict, *, now: datetime, **fields: Any) -> None:
    """Set columns if nobody else wrote since the verdict was read (its status and edit number)."""
    number = verdict.edit_number + 1
    written = Verdict.objects.filter(pk=verdict.pk, status=verdict.status, edit_number=verdict.edit_number).update(
        **fields, edit_number=number, updated_at=now
    )
    if written != 1:
        raise WrongState(
            "Somebody else changed the verdict at the same moment. Nothing of yours was saved: read it again."
        )
    for name, value in fields.items():
        setattr(verdict, name, value)
    verdict.edit_number, verdict.updated_at = number, now
