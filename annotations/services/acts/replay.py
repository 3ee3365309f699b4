"""Undo and redo the last acts of a person, with the guards that every other change meets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from annotations.errors import DomainError, NotFound, NotPermitted, WrongState
from annotations.models import Act, Verdict
from annotations.services.acts.record import replaying
from annotations.services.acts.steps import edit, move, put_roles, remove, restore
from annotations.workflow import OPEN

_UNDER_REVIEW = [status for status in OPEN if status != "draft"]
# Fields that say where a claim is in triage; they are no content of a verdict.
_TRIAGE = {"state", "parked_reason", "selection_reason"}

type Step = Callable[..., None]

# How each kind of act is undone, and how it is done again.
_STEPS: dict[str, tuple[Step, Step]] = {
    "add": (remove, restore),
    "remove": (restore, remove),
    "edit": (edit, edit),
    "move": (move, move),
    "roles": (put_roles, put_roles),
}


@dataclass(frozen=True, slots=True)
class Replayed:
    """An act that was undone or redone."""

    act: Act
    message: str


def undo_act(*, person: User, now: datetime, act_id: UUID | None = None) -> Replayed:
    """Undo an act of this person, by default the last one.

    Raises NotFound where there is none, and the refusal of the change itself: then the act is forgotten, so that the next
    undo reaches the one before.
    """
    acts = Act.objects.filter(person=person).done()
    act = acts.filter(pk=act_id).first() if act_id else acts.first()
    if act is None:
        raise NotFound(
            "There is nothing to undo." if act_id is None else "This was undone already, or is too long ago."
        )
    _replay(act, 0, act.after, act.before, person=person, now=now)
    return Replayed(act, f"Undone: {act.words}")


def redo_act(*, person: User, now: datetime) -> Replayed:
    """Do again what this person undid last. Raises as `undo_act` does."""
    act = Act.objects.filter(person=person).undone().first()
    if act is None:
        raise NotFound("There is nothing to do again.")
    _replay(act, 1, act.before, act.after, person=person, now=now)
    return Replayed(act, f"Done again: {act.words}")


def _replay(act: Act, way: int, present: Any, wanted: Any, *, person: User, now: datetime) -> None:
    try:
        with transaction.atomic(), replaying():
            _check_not_submitted(act)
            _STEPS[act.kind][way](act, present=present, wanted=wanted, person=person, now=now)
            # Compare and set: the same key in two tabs undoes once.
            if not _unplayed(act, way).update(undone_at=now if way == 0 else None):
                raise WrongState("This happened already, in another tab.")
    except NotPermitted:
        raise
    except DomainError as refusal:
        # It would stand in the way of the acts before it for ever. One that another tab has just played stays.
        _unplayed(act, way).delete()
        done = "Not undone" if way == 0 else "Not done again"
        raise WrongState(f"{done}: {act.words}. {refusal.message}") from refusal


def _unplayed(act: Act, way: int) -> QuerySet[Act]:
    return Act.objects.filter(pk=act.pk, undone_at__isnull=way == 0)


def _check_not_submitted(act: Act) -> None:
    """Refuse to drop an approval by the way. Raises WrongState."""
    is_content = act.claim_id is not None and not (act.kind == "edit" and set(act.after) <= _TRIAGE)
    if is_content and Verdict.objects.filter(claim=act.claim_id, status__in=_UNDER_REVIEW).exists():
        raise WrongState(
            "The verdict was submitted since, and this would take it back to draft. Edit the claim instead."
        )
