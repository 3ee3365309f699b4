"""Undo and redo of what the person did (`u` and Shift+U)."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from annotations.services.acts.replay import Replayed, redo_act, undo_act
from annotations.views.answers import Done, answered

_PARTS = {"claim": "head", "appearance": "appearances", "evidence": "evidence"}


@require_POST
@permission_required("desk.read")
@answered
def undo_last(request: HttpRequest) -> Done:
    """Undo the person's last act."""
    return _answer(undo_act(person=person_of(request), now=timezone.now()))


@require_POST
@permission_required("desk.read")
@answered
def undo_one(request: HttpRequest, act_id: UUID) -> Done:
    """Undo one act of the person, from the button of its message."""
    return _answer(undo_act(person=person_of(request), now=timezone.now(), act_id=act_id))


@require_POST
@permission_required("desk.read")
@answered
def redo_last(request: HttpRequest) -> Done:
    """Do again what the person undid last."""
    return _answer(redo_act(person=person_of(request), now=timezone.now()))


def _answer(replayed: Replayed) -> Done:
    act = replayed.act
    part = _PARTS.get(act.subject, "head")
    data = {"act": str(act.pk), "claim": str(act.claim_id or ""), "part": part}
    return Done(message=replayed.message, claim_id=act.claim_id, part=part, data=data)
