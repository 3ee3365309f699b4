"""What a card's controls do: describe, pin, park, take back, restore, and settle what a new revision moved."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from annotations.errors import InvalidInput
from annotations.models import Claim
from annotations.reader.answers import Done, answered, page_article, record_id, whole_number
from annotations.services import claims, evidence, rechecks
from annotations.services.autosave import (
    Description,
    current_description,
    current_note,
    describe_claim,
    describe_evidence,
    version_of,
)
from annotations.services.claimants import ClaimantInput
from annotations.services.plan import toggle_pin


@require_POST
@permission_required("desk.read")
@answered
def claim_describe(request: HttpRequest, appearance_id: UUID) -> Done:
    """Statement, claimant, day and kind of speech, saved as they are typed."""
    made = describe_claim(
        person=person_of(request),
        appearance_id=appearance_id,
        description=Description(
            statement=request.POST.get("statement", ""),
            claimant=_claimant(request),
            said_on=_day(request.POST.get("said_on", "")),
            mode=request.POST.get("mode", ""),
        ),
        now=timezone.now(),
        expected=request.headers.get("If-Match"),
    )
    etag = version_of(current_description(made.claim, made))
    return Done("Saved", article_id=page_article(request), etag=etag)


@require_POST
@permission_required("desk.read")
@answered
def evidence_describe(request: HttpRequest, evidence_id: UUID) -> Done:
    """Stance and note, saved as they are typed."""
    made = describe_evidence(
        person=person_of(request),
        evidence_id=evidence_id,
        stance=request.POST.get("stance", ""),
        note=request.POST.get("note", ""),
        now=timezone.now(),
        expected=request.headers.get("If-Match"),
    )
    return Done("Saved", article_id=page_article(request), etag=version_of(current_note(made)))


def _claimant(request: HttpRequest) -> ClaimantInput | None:
    name = request.POST.get("claimant", "").strip()
    if not name:
        return None
    given = request.POST.get("claimant_id", "").strip()
    return ClaimantInput(id=record_id(request, "claimant_id") if given else None, name=name)


def _day(value: str) -> date | None:
    if not value:
        return None
    try:
        day = parse_date(value)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput(f"“{value}” is no date. Write it like 2021-06-16. Nothing was saved.")
    return day


@require_POST
@permission_required("desk.read")
@answered
def claim_pin(request: HttpRequest, claim_id: UUID) -> Done:
    """`i`: the claim travels with the person from article to article, or is let go."""
    is_pinned = toggle_pin(person=person_of(request), claim_id=claim_id, now=timezone.now())
    said = "Pinned: it travels with you to every article." if is_pinned else "The claim is no longer pinned."
    return Done(said, article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def claim_park(request: HttpRequest, claim_id: UUID) -> Done:
    """`p`: not now, and why."""
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise InvalidInput("Say why the claim is parked: a few words are enough. Nothing was changed.")
    _update(request, claim_id, state=Claim.State.PARKED, parked_reason=reason)
    return Done("Claim parked.", undo=_url("claim_unpark", claim_id), article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def claim_unpark(request: HttpRequest, claim_id: UUID) -> Done:
    _update(request, claim_id, state=Claim.State.MARKED, parked_reason="")
    return Done("The claim is back among the marked ones.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def claim_select(request: HttpRequest, claim_id: UUID) -> Done:
    """The desk will check it."""
    _update(request, claim_id, state=Claim.State.SELECTED)
    return Done("Selected for checking.", undo=_url("claim_unpark", claim_id), article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def claim_remove(request: HttpRequest, claim_id: UUID) -> Done:
    claims.remove_claim(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return Done("Claim removed.", undo=_url("claim_restore", claim_id), article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def claim_restore(request: HttpRequest, claim_id: UUID) -> Done:
    claims.restore_claim(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return Done("The claim is back.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def appearance_remove(request: HttpRequest, appearance_id: UUID) -> Done:
    claims.remove_appearance(person=person_of(request), appearance_id=appearance_id, now=timezone.now())
    return Done("The claim no longer stands there.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def evidence_remove(request: HttpRequest, evidence_id: UUID) -> Done:
    evidence.remove_evidence(person=person_of(request), evidence_id=evidence_id, now=timezone.now())
    return Done("Evidence unlinked.", undo=_url("evidence_restore", evidence_id), article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def evidence_restore(request: HttpRequest, evidence_id: UUID) -> Done:
    evidence.restore_evidence(person=person_of(request), evidence_id=evidence_id, now=timezone.now())
    return Done("The evidence is linked again.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def placement_confirm(request: HttpRequest, placement_id: UUID) -> Done:
    rechecks.confirm_placement(person=person_of(request), placement_id=placement_id, now=timezone.now())
    return Done("Noted: the meaning is unchanged.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def placement_reattach(request: HttpRequest, placement_id: UUID) -> Done:
    """The passage stands at the words that a person selected."""
    start, end = whole_number(request, "start"), whole_number(request, "end")
    if start is None or end is None:
        raise InvalidInput("Select the words where it stands now. Nothing was changed.")
    rechecks.reattach(person=person_of(request), placement_id=placement_id, start=start, end=end, now=timezone.now())
    return Done("Re-attached to the words you chose.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def placement_withdraw(request: HttpRequest, placement_id: UUID) -> Done:
    rechecks.withdraw_passage(person=person_of(request), placement_id=placement_id, now=timezone.now())
    return Done("Noted: the publisher withdrew these words.", article_id=page_article(request))


@require_POST
@permission_required("desk.read")
@answered
def confirm_harmless(request: HttpRequest, article_id: UUID, revision_id: UUID) -> Done:
    count = rechecks.confirm_harmless(person=person_of(request), revision_id=revision_id, now=timezone.now())
    said = "1 change confirmed" if count == 1 else f"{count} changes confirmed"
    return Done(f"{said}: the meaning is unchanged.", article_id=article_id)


def _update(request: HttpRequest, claim_id: UUID, **changes: Any) -> None:
    claims.update_claim(person=person_of(request), claim_id=claim_id, now=timezone.now(), **changes)


def _url(name: str, record: UUID) -> dict[str, Any]:
    return {"url": reverse(f"annotations:{name}", args=[record])}
