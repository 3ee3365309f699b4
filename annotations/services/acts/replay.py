"""Undo and redo the last acts of a person, with the guards that every other change meets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.errors import DomainError, NotFound, NotPermitted, WrongState
from annotations.models import Act, Passage
from annotations.services.acts.checks import check_not_submitted, lock_claim_of
from annotations.services.acts.record import replaying
from annotations.services.acts.steps import edit, move, put_roles, remove, restore
from annotations.services.targets import lock_text

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
            _("There is nothing to undo.")
            if act_id is None
            else _("This was undone already, or is too long ago to undo.")
        )
    _replay(act, 0, act.after, act.before, person=person, now=now)
    return Replayed(act, _("Undone: {words}").format(words=act.words))


def redo_act(*, person: User, now: datetime) -> Replayed:
    """Do again what this person undid last. Raises as `undo_act` does."""
    act = Act.objects.filter(person=person).undone().first()
    if act is None:
        raise NotFound(_("There is nothing to do again."))
    _replay(act, 1, act.before, act.after, person=person, now=now)
    return Replayed(act, _("Done again: {words}").format(words=act.words))


def _replay(act: Act, way: int, present: Any, wanted: Any, *, person: User, now: datetime) -> None:
    try:
        with transaction.atomic(), replaying():
            # Without it, words that a new text changes at this moment would be marked again, and no recheck would be asked for.
            if act.kind == "move":
                lock_text(Passage.objects.filter(pk=wanted["passage"]).values_list("article", flat=True).first())
            # Before anything under the claim: what is checked then stays true until the commit.
            claim = lock_claim_of(act)
            if claim is not None:
                check_not_submitted(act, claim)
            _STEPS[act.kind][way](act, present=present, wanted=wanted, person=person, now=now)
            # Compare and set: the same key in two tabs undoes once.
            if not _unplayed(act, way).update(undone_at=now if way == 0 else None):
                raise WrongState(_("This was already done in another tab."))
    except NotPermitted:
        raise
    except DomainError as refusal:
        # It would stand in the way of the acts before it for ever. One that another tab has just played stays.
        _unplayed(act, way).delete()
        words = _("Not undone: {words}. {reason}") if way == 0 else _("Not done again: {words}. {reason}")
        raise WrongState(words.format(words=act.words, reason=refusal.message)) from refusal


def _unplayed(act: Act, way: int) -> QuerySet[Act]:
    return Act.objects.filter(pk=act.pk, undone_at__isnull=way == 0)
