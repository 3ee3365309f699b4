"""The claim page: its words, claimant, state, appearances; taking a claim back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from annotations.errors import DomainError
from annotations.forms import AppearanceForm, ClaimantForm, ContactForm, StateForm
from annotations.models import Appearance
from annotations.services.autosave import claim_words, save_claim_words, version_of
from annotations.services.claimants import save_contact
from annotations.services.claims import (
    remove_appearance,
    remove_claim,
    restore_appearance,
    restore_claim,
    update_appearance,
    update_claim,
)
from annotations.views.claim_page import PARTS, SeeOther, change, changed, claim_url, find_claim, show_page, show_part


@require_safe
@permission_required("desk.read")
def claim_page(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """A merged claim's address leads to the one it was merged into."""
    claim = find_claim(claim_id)
    if claim.merged_into_id:
        return redirect("annotations:claim", claim_id=claim.merged_into_id)
    return show_page(request, claim)


@require_safe
@permission_required("desk.read")
def claim_part(request: HttpRequest, claim_id: UUID, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404("The claim page has no such part.")
    return show_part(request, find_claim(claim_id), part)


@require_POST
@permission_required("claim.write")
def claim_draft(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Autosave of statement and topics (static/js/README.md, Drafts)."""
    try:
        claim = save_claim_words(
            person=person_of(request),
            claim_id=claim_id,
            words=typed_words(request),
            now=timezone.now(),
            expected=request.headers.get("If-Match"),
            has_agreed="agreed" in request.POST,
        )
    except DomainError as refusal:
        return draft_refused(refusal)
    return draft_saved(version_of(claim_words(claim)))


def typed_words(request: HttpRequest) -> dict[str, str]:
    """A form's fields as a person typed them: the browser sends CRLF where they pressed Enter."""
    return {name: str(value).replace("\r\n", "\n") for name, value in request.POST.items()}


def draft_saved(etag: str) -> HttpResponse:
    return JsonResponse({"etag": etag}, headers={"ETag": etag})


def draft_refused(refusal: DomainError) -> HttpResponse:
    """What a draft form understands: the reason, and after a conflict the words that stand there now."""
    extra = {name: refusal.extra[name] for name in ("current", "etag") if name in refusal.extra}
    return JsonResponse({"detail": refusal.message, **extra}, status=refusal.status)


@require_POST
@permission_required("claim.write")
def claimant(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = ClaimantForm(request.POST)

    def act(_data: Any) -> None:
        update_claim(person=person_of(request), claim_id=claim_id, now=timezone.now(), claimant=form.claimant_input())

    return change(request, claim_id, "head", act, form=form, key="claimant", said="The claimant is saved.")


@require_POST
@permission_required("claim.write")
def state(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Select, park or put back. Triage is no edit of what a verdict says."""
    form = StateForm(request.POST)

    def act(_data: Any) -> None:
        update_claim(person=person_of(request), claim_id=claim_id, now=timezone.now(), **form.changes())

    said = {"parked": "Parked.", "selected": "Selected for checking."}.get(request.POST.get("state", ""), "Saved.")
    return change(request, claim_id, "head", act, form=form, key="state", said=said, is_edit=False)


@require_POST
@permission_required("claim.write")
def appearance(request: HttpRequest, appearance_id: UUID) -> HttpResponse:
    found = _appearance(appearance_id)
    form = AppearanceForm(request.POST, auto_id=f"id_{found.pk}_%s")

    def act(_data: Any) -> None:
        update_appearance(person=person_of(request), appearance_id=found.pk, speech=form.speech(), now=timezone.now())

    return change(request, found.claim_id, "appearances", act, form=form, key=str(found.pk), said="Saved.")


@require_POST
@permission_required("claim.write")
def appearance_remove(request: HttpRequest, appearance_id: UUID) -> HttpResponse:
    found = _appearance(appearance_id)

    def act(_data: Any) -> None:
        remove_appearance(person=person_of(request), appearance_id=found.pk, now=timezone.now())

    def undo(_result: Any) -> str:
        return reverse("annotations:restore_appearance", args=[found.pk])

    return change(request, found.claim_id, "appearances", act, said="The appearance was removed.", undo=undo)


@require_POST
@permission_required("claim.write")
def appearance_restore(request: HttpRequest, appearance_id: UUID) -> HttpResponse:
    """Undo of `appearance_remove`."""
    found = restore_appearance(person=person_of(request), appearance_id=appearance_id, now=timezone.now())
    said = "The appearance is back."
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": said})
    return changed(request, found.claim_id, "appearances", said=said)


def _appearance(appearance_id: UUID) -> Appearance:
    found = Appearance.objects.filter(pk=appearance_id).first()
    if found is None:
        raise Http404("This appearance does not exist.")
    return found


@require_POST
@permission_required("claim.write")
def contact(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = ContactForm(request.POST)

    def act(_data: Any) -> None:
        save_contact(person=person_of(request), claim_id=claim_id, now=timezone.now(), **form.values())

    return change(request, claim_id, "contact", act, form=form, key="contact", said="Saved.")


@require_POST
@permission_required("claim.write")
def remove(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    remove_claim(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return SeeOther(claim_url(claim_id))


@require_POST
@permission_required("claim.write")
def restore(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    restore_claim(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return changed(request, claim_id, "head", said="The claim is back.")
