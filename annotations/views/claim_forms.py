"""The forms of the claim page, each drawn when somebody opens it.

A script fetches the one that was opened; without script the page is asked for with `?form=NAME` and draws it in place.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required
from annotations.forms.claim import (
    AppearanceForm,
    ContactForm,
    EvidenceForm,
    OutsideForm,
    QuoteEvidenceForm,
    QuoteForm,
)
from annotations.models import Claim
from annotations.views.claim_page import Bound, find_claim

# By its name: the key that the page's context knows the form by, and how it is made.
_OF_THE_CLAIM: dict[str, tuple[str, Callable[[Claim], forms.Form]]] = {
    "contact": ("contact", lambda claim: ContactForm.of(getattr(claim, "contact", None))),
    "outside": ("outside", lambda _: OutsideForm(auto_id="id_outside_%s")),
    "quoted": ("quoted", lambda _: QuoteEvidenceForm(auto_id="id_quoted_%s")),
    "place": ("add_appearance", lambda _: QuoteForm(auto_id="id_appearance_%s")),
}
_OF_AN_ITEM: dict[str, Callable[[Any], forms.Form]] = {"evidence": EvidenceForm.of, "appearance": AppearanceForm.of}
FORMS = (*_OF_THE_CLAIM, *_OF_AN_ITEM)


@require_safe
@permission_required("claim.write")
def claim_form(request: HttpRequest, claim_id: UUID, form: str) -> HttpResponse:
    """Draw one form by itself."""
    claim = find_claim(claim_id)
    item = _find_item(claim, form, request.GET.get("of", ""))
    made = _make_form(claim, form, item)
    if made is None:
        raise Http404(_("The claim page has no such form."))
    context = {
        "claim": claim,
        "form": made,
        "item": item,
        "can_remove": form == "appearance" and _standing(claim, form).count() > 1,
        "has_agreed": request.GET.get("edit") == "1",
    }
    return render(request, f"claims/forms/{form}.html", context)


def opened_form(request: HttpRequest, claim: Claim) -> Bound:
    """Return the form that the page's address opens, under the key that the page's context knows it by."""
    name = request.GET.get("form", "")
    item = _find_item(claim, name, request.GET.get("of", ""))
    made = _make_form(claim, name, item)
    if made is None:
        return {}
    return {_OF_THE_CLAIM[name][0] if name in _OF_THE_CLAIM else str(item.pk): made}


def _make_form(claim: Claim, name: str, item: Any) -> forms.Form | None:
    if name in _OF_THE_CLAIM:
        return _OF_THE_CLAIM[name][1](claim)
    return _OF_AN_ITEM[name](item) if item is not None else None


def _find_item(claim: Claim, name: str, of: str) -> Any:
    """Return the piece of evidence or the appearance that the form is of; None where there is none."""
    if name not in _OF_AN_ITEM:
        return None
    return next((item for item in _standing(claim, name) if str(item.pk) == of), None)


def _standing(claim: Claim, name: str) -> Any:
    found: Any = claim.evidence.standing() if name == "evidence" else claim.appearances.standing()
    return found.order_by("pk")
