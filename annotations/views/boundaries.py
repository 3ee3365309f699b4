"""Change where marked words begin and end (key `b`, or the handles)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from annotations.errors import InvalidInput
from annotations.models import Appearance, Evidence, Placement
from annotations.services.boundaries import Bounds, move_appearance, move_evidence
from annotations.views.answers import Done, answered, undo_of
from annotations.views.marks import (
    BACK_TO_DRAFT,
    SHOWN,
    describe_mark,
    is_submitted,
    newest_placement,
    read_target,
)
from core.shorten import shorten_words


@require_POST
@permission_required("desk.read")
@answered
def appearance_words(request: HttpRequest, appearance_id: UUID) -> Done:
    """Set the words where a claim was said; `was` is the "start-end" that the person saw."""
    before = Appearance.objects.select_related("passage").filter(pk=appearance_id).first()
    if before is None:
        raise Http404(_("This appearance does not exist."))
    # Asked before the change, which itself takes a submitted verdict back to draft.
    was_submitted = is_submitted(before.claim_id)
    with read_target(request, before.passage.article_id) as target:
        made = move_appearance(
            person=person_of(request),
            appearance_id=appearance_id,
            target=target,
            now=timezone.now(),
            expected=_read_bounds(request),
        )
    placed = newest_placement(made.passage_id)
    data = describe_mark(placed, f"a-{made.pk}", "claim", "claim-marked", made.claim_id)
    return _answer(request, made.pk, placed, data, was_submitted=was_submitted)


@require_POST
@permission_required("desk.read")
@answered
def evidence_words(request: HttpRequest, evidence_id: UUID) -> Done:
    """Set the words that are the evidence; `was` is the "start-end" that the person saw."""
    before = Evidence.objects.select_related("passage").filter(pk=evidence_id).first()
    if before is None or before.passage is None:
        raise Http404(_("This evidence does not exist or is no passage of an article."))
    was_submitted = is_submitted(before.claim_id)
    with read_target(request, before.passage.article_id) as target:
        made = move_evidence(
            person=person_of(request),
            evidence_id=evidence_id,
            target=target,
            now=timezone.now(),
            expected=_read_bounds(request),
        )
    placed = newest_placement(made.passage_id)
    data = describe_mark(placed, f"e-{made.pk}", "evidence", f"evidence-{made.stance}", made.claim_id)
    return _answer(request, made.pk, placed, data, was_submitted=was_submitted)


def _answer(
    request: HttpRequest, object_id: UUID, placed: Placement, data: dict[str, Any], *, was_submitted: bool
) -> Done:
    said = _("Passage changed: “%(words)s”") % {"words": shorten_words(placed.exact, SHOWN)}
    return Done(
        message=said + (str(BACK_TO_DRAFT) if was_submitted else ""),
        undo=undo_of(request, object_id),
        article_id=placed.passage.article_id,
        data=data,
    )


def _read_bounds(request: HttpRequest) -> Bounds | None:
    """Return the field `was`, such as "120-180"; None where it is empty. Raises InvalidInput."""
    value = request.POST.get("was", "")
    start, _dash, end = value.partition("-")
    if not value:
        return None
    if not (start.isdecimal() and end.isdecimal() and len(value) < 20):
        raise InvalidInput(_("“was” is a start and an end, such as 120-180. Nothing was changed."))
    return int(start), int(end)
