"""The claim page: its words, claimant, state, appearances, removal."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from annotations.forms.claim import AppearanceForm, ClaimantForm, ContactForm, StateForm
from annotations.models import Appearance, Claim, ClaimantContact
from annotations.services.autosave import claim_words, save_claim_words, version_of
from annotations.services.claim_reads import note_same
from annotations.services.claimants import save_contact
from annotations.services.claims import (
    remove_appearance,
    remove_claim,
    restore_appearance,
    restore_claim,
    update_appearance,
    update_claim,
)
from annotations.views.answers import Done, answered, change, typed_words, undo_of
from annotations.views.claim_forms import opened_form
from annotations.views.claim_page import PARTS, find_claim, show_page, show_part
from annotations.views.landing import form_of_claim_page


@require_safe
@permission_required("desk.read")
def claim_page(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show the claim; a merged claim's address redirects to the other one."""
    claim = find_claim(claim_id)
    if claim.merged_into_id:
        return redirect("annotations:claim", claim_id=claim.merged_into_id)
    return show_page(request, claim, bound=opened_form(request, claim))


@require_safe
@permission_required("desk.read")
def claim_part(request: HttpRequest, claim_id: UUID, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404(_("The claim page has no such part."))
    return show_part(request, find_claim(claim_id), part)


@require_POST
@permission_required("claim.write")
@answered
def claim_draft(request: HttpRequest, claim_id: UUID) -> Done:
    """Save statement and topics as they are typed (static/js/README.md, Drafts)."""
    claim = save_claim_words(
        person=person_of(request),
        claim_id=claim_id,
        words=typed_words(request),
        now=timezone.now(),
        expected=request.headers.get("If-Match"),
        has_agreed="agreed" in request.POST,
    )
    return Done(message=_("Saved"), claim_id=claim.pk, etag=version_of(claim_words(claim)), data=note_same(claim))


@form_of_claim_page
@permission_required("claim.write")
def claimant(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = ClaimantForm(request.POST)

    def act(_data: Any) -> None:
        update_claim(person=person_of(request), claim_id=claim_id, now=timezone.now(), claimant=form.claimant_input())

    return change(request, claim_id, "head", act, form=form, key="claimant", said=_("The claimant is saved."))


_STATE_WORDS = {
    Claim.State.PARKED.value: gettext_lazy("Claim parked."),
    Claim.State.SELECTED.value: gettext_lazy("Checking started."),
    Claim.State.MARKED.value: gettext_lazy("Back to the claims to check."),
}


@form_of_claim_page
@permission_required("claim.write")
def state(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Select, park or put back the claim.

    This is no edit of a verdict's content, so nobody has to agree to its effect first.
    """
    form = StateForm(request.POST)

    def act(_data: Any) -> None:
        update_claim(person=person_of(request), claim_id=claim_id, now=timezone.now(), **form.changes())

    def undo(_result: Any) -> dict[str, Any] | None:
        return undo_of(request, claim_id)

    said = str(_STATE_WORDS.get(request.POST.get("state", ""), gettext_lazy("Saved.")))
    return change(request, claim_id, "head", act, form=form, key="state", said=said, undo=undo, is_edit=False)


@form_of_claim_page
@permission_required("claim.write")
def appearance(request: HttpRequest, appearance_id: UUID) -> HttpResponse:
    found = _find_appearance(appearance_id)
    form = AppearanceForm(request.POST, auto_id=f"id_{found.pk}_%s")

    def act(_data: Any) -> None:
        update_appearance(person=person_of(request), appearance_id=found.pk, speech=form.speech(), now=timezone.now())

    return change(request, found.claim_id, "appearances", act, form=form, key=str(found.pk), said=_("Saved."))


@form_of_claim_page
@permission_required("claim.write")
def appearance_remove(request: HttpRequest, appearance_id: UUID) -> HttpResponse:
    found = _find_appearance(appearance_id)

    def act(_data: Any) -> None:
        remove_appearance(person=person_of(request), appearance_id=found.pk, now=timezone.now())

    def undo(_result: Any) -> dict[str, Any] | None:
        return undo_of(request, found.pk)

    return change(
        request, found.claim_id, "appearances", act, said=_("The claim is no longer marked there."), undo=undo
    )


@form_of_claim_page
@permission_required("claim.write")
@answered
def appearance_restore(request: HttpRequest, appearance_id: UUID) -> Done:
    found = restore_appearance(person=person_of(request), appearance_id=appearance_id, now=timezone.now())
    return Done(message=_("The claim is marked there again."), claim_id=found.claim_id, part="appearances")


def _find_appearance(appearance_id: UUID) -> Appearance:
    found = Appearance.objects.filter(pk=appearance_id).first()
    if found is None:
        raise Http404(_("This appearance does not exist."))
    return found


@form_of_claim_page
@permission_required("claim.write")
def contact(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = ContactForm(request.POST)

    def act(_data: Any) -> None:
        before = ClaimantContact.objects.filter(claim=claim_id).first()
        save_contact(person=person_of(request), claim_id=claim_id, now=timezone.now(), **form.values(before))

    return change(request, claim_id, "contact", act, form=form, key="contact", said=_("Saved."))


@form_of_claim_page
@permission_required("claim.write")
@answered
def remove(request: HttpRequest, claim_id: UUID) -> Done:
    remove_claim(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return Done(message=_("Claim removed."), claim_id=claim_id, undo=undo_of(request, claim_id))


@form_of_claim_page
@permission_required("claim.write")
@answered
def restore(request: HttpRequest, claim_id: UUID) -> Done:
    restore_claim(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return Done(message=_("The claim is back."), claim_id=claim_id)
