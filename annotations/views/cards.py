"""The reader's cards: save a claim or evidence as it is typed, pin a claim."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from annotations.errors import InvalidInput
from annotations.services.autosave import (
    Description,
    current_description,
    current_note,
    describe_claim,
    describe_evidence,
    version_of,
)
from annotations.services.claim_reads import note_same
from annotations.services.claimants import ClaimantInput
from annotations.services.plan import toggle_pin
from annotations.views.answers import Done, answered, record_id


@require_POST
@permission_required("desk.read")
@answered
def claim_describe(request: HttpRequest, appearance_id: UUID) -> Done:
    """Save statement, claimant, day and kind of speech as they are typed."""
    made = describe_claim(
        person=person_of(request),
        appearance_id=appearance_id,
        description=Description(
            statement=request.POST.get("statement", ""),
            claimant=_read_claimant(request),
            said_on=_read_day(request.POST.get("said_on", "")),
            mode=request.POST.get("mode", ""),
        ),
        now=timezone.now(),
        expected=request.headers.get("If-Match"),
    )
    etag = version_of(current_description(made.claim, made))
    return Done(message=_("Saved"), claim_id=made.claim_id, etag=etag, data=note_same(made.claim))


@require_POST
@permission_required("desk.read")
@answered
def evidence_describe(request: HttpRequest, evidence_id: UUID) -> Done:
    """Save stance and note as they are typed."""
    made = describe_evidence(
        person=person_of(request),
        evidence_id=evidence_id,
        stance=request.POST.get("stance", ""),
        note=request.POST.get("note", ""),
        now=timezone.now(),
        expected=request.headers.get("If-Match"),
    )
    return Done(message=_("Saved"), claim_id=made.claim_id, part="evidence", etag=version_of(current_note(made)))


def _read_claimant(request: HttpRequest) -> ClaimantInput | None:
    name = request.POST.get("claimant", "").strip()
    if not name:
        return None
    given = request.POST.get("claimant_id", "").strip()
    return ClaimantInput(id=record_id(request, "claimant_id") if given else None, name=name)


def _read_day(value: str) -> date | None:
    if not value:
        return None
    try:
        day = parse_date(value)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(
            _("“{value}” is not a date. Write it like 2021-06-16. Nothing was saved.").format(value=value)
        )
    return day


@require_POST
@permission_required("desk.read")
@answered
def claim_pin(request: HttpRequest, claim_id: UUID) -> Done:
    """Pin the claim to the person (key `i`), or unpin it."""
    is_pinned = toggle_pin(person=person_of(request), claim_id=claim_id, now=timezone.now())
    said = _("Pinned: it stays with you in every article.") if is_pinned else _("The claim is no longer pinned.")
    return Done(message=said, claim_id=claim_id)
