"""Pages beside the claim page: merging, and quoting without selecting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import permission_required, person_of
from annotations.errors import DomainError, InvalidInput
from annotations.forms.claim import QuoteEvidenceForm, QuoteForm
from annotations.models import Claim
from annotations.services.claims import add_appearance
from annotations.services.evidence import add_evidence
from annotations.services.merging import merge_candidates, merge_claims
from annotations.views.answers import change
from annotations.views.claim_page import SeeOther, claim_url, find_claim
from annotations.views.landing import form_of_claim_page
from articles.models import Article


@require_http_methods(["GET", "POST"])
@permission_required("claim.write")
def merge(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Search by statement, then merge into the chosen claim."""
    claim = find_claim(claim_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            into = _merge_into_chosen(request, claim)
        except DomainError as error:
            refusal, status = error.message, error.status
        else:
            messages.success(request, _("Merged. The old address leads here."))
            return SeeOther(claim_url(into.pk))
    words = request.GET.get("q", "")[:300]
    context = {"claim": claim, "tab": "merge", "words": words, "refusal": refusal}
    context["candidates"] = merge_candidates(claim, words=words)
    return render(request, "claims/merge.html", context, status=status)


def _merge_into_chosen(request: HttpRequest, claim: Claim) -> Claim:
    try:
        into_id = UUID(request.POST.get("into", ""))
    except ValueError as error:
        raise InvalidInput(_("Choose the claim to merge into. Nothing was changed.")) from error
    return merge_claims(person=person_of(request), claim_id=claim.pk, into_id=into_id, now=timezone.now())


@form_of_claim_page
@permission_required("claim.write")
def appearance_by_quote(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = QuoteForm(request.POST, auto_id="id_appearance_%s")

    def act(_data: Any) -> None:
        add_appearance(person=person_of(request), claim_id=claim_id, target=form.target(), now=timezone.now())

    said = _("Place added.")
    return change(request, claim_id, "appearances", act, form=form, key="add_appearance", said=said)


@form_of_claim_page
@permission_required("evidence.write")
def evidence_by_quote(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = QuoteEvidenceForm(request.POST, auto_id="id_quoted_%s")

    def act(data: dict[str, Any]) -> None:
        described = {name: data[name] for name in ("stance", "note", "source_class")}
        add_evidence(
            person=person_of(request), claim_id=claim_id, target=form.target(), now=timezone.now(), **described
        )

    return change(request, claim_id, "evidence", act, form=form, key="quoted", said=_("Linked."))


@require_safe
@permission_required("desk.read")
def article_suggest(request: HttpRequest) -> HttpResponse:
    """Return articles by words of their title, as JSON for a combobox."""
    articles = Article.objects.readable().select_related("source").order_by("-created_at", "-pk")
    for word in request.GET.get("q", "").split()[:8]:
        articles = articles.filter(title__icontains=word)
    found = [
        {"id": str(one.pk), "label": one.title, "hint": one.source.name if one.source else ""} for one in articles[:10]
    ]
    return JsonResponse({"results": found})
