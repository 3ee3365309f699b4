"""Beside the claim page: what the CMS gets, precedents, merging, and words found without selecting them."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from annotations.documents import fact_check_document
from annotations.errors import DomainError, InvalidInput
from annotations.formats import ninjs, webannotation
from annotations.formats.datafeed import check as datafeed_check
from annotations.formats.datafeed import data_feed
from annotations.formats.vocabulary import Problem
from annotations.formats.webannotation_check import check_collection
from annotations.forms import QuoteEvidenceForm, QuoteForm
from annotations.links import api_url
from annotations.models import Claim, Desk, Verdict
from annotations.services.claim_reads import verdicts_of
from annotations.services.claims import add_appearance, merge_claims
from annotations.services.evidence import add_evidence
from annotations.services.freeze import content_of, frozen_content
from annotations.services.publication import claim_review_problems, preview_publication
from annotations.services.similar import merge_candidates, precedents_of
from annotations.views.claim_page import SeeOther, change, claim_url, find_claim
from annotations.workflow import OPEN
from articles.models import Article


@require_safe
@permission_required("desk.read")
def cms(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """What the CMS would get if this were published now, in every format, and what is missing."""
    claim = find_claim(claim_id)
    desk, now = Desk.objects.get(), timezone.now()
    working, live = verdicts_of(claim)
    verdict = working or live or Verdict(claim=claim, version=1, language=desk.language)
    content = _content(verdict)
    context: dict[str, Any] = {
        "claim": claim,
        "tab": "cms",
        "verdict": verdict,
        "live": live,
        "fact_check": getattr(claim, "fact_check", None),
        "is_preview": verdict.status in OPEN,
        "embed_code": _embed_code(claim),
        "has_dossier": bool(working or live) and has_permission(person_of(request), "export.create"),
    }
    if content is not None:
        publication = preview_publication(verdict, content, desk=desk, now=now)
        document = fact_check_document(content, publication)
        item = ninjs.ninjs(content, publication)
        collection = webannotation.fact_check_collection(content, publication)
        feed = data_feed([document["claimreview"]], desk=publication.desk, url=api_url("fact-checks"), modified_at=now)
        context["document"] = document
        context["problems"] = [
            *claim_review_problems(content, publication),
            *ninjs.check(item),
            *check_collection(collection),
            *_of_the_feed_alone(datafeed_check(feed)),
        ]
        context["formats"] = [
            ("fact_check", "fact_check", "The API's document, and what the feed carries", _pretty(document)),
            ("claimreview", "ClaimReview", "JSON-LD, schema.org", _pretty(document["claimreview"])),
            (
                "annotation",
                "Web Annotation",
                "JSON-LD, W3C",
                _pretty(collection),
            ),
            ("ninjs", "ninjs", "IPTC ninjs 3.1", _pretty(item)),
            ("datafeed", "DataFeed", "JSON-LD, schema.org, for aggregators", _pretty(feed)),
        ]
    return render(request, "claims/cms.html", context)


def _of_the_feed_alone(problems: list[Problem]) -> list[Problem]:
    """Without those of the ClaimReview inside, which stand in the list already."""
    return [problem for problem in problems if not problem.path.startswith("/dataFeedElement/0/item/")]


def _embed_code(claim: Claim) -> str:
    fact_check = getattr(claim, "fact_check", None)
    if fact_check is None:
        return ""
    address = settings.SITE_URL + reverse("annotations:embed", args=[fact_check.pk])
    return f'<iframe src="{address}" title="{escape(fact_check.headline)}" width="100%" height="260" loading="lazy"></iframe>'


def _content(verdict: Verdict) -> Any:
    """What stands in the editor while it is open; afterwards exactly what was frozen, None after a legal removal."""
    if verdict.status in OPEN or verdict.frozen is None:
        return content_of(verdict)
    return frozen_content(verdict.frozen)


def _pretty(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


@require_safe
@permission_required("desk.read")
def precedents(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    context = {"precedents": precedents_of(find_claim(claim_id))}
    return render(request, "claims/parts/precedents.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("claim.write")
def merge(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Search by statement, then merge into the one that is chosen."""
    claim = find_claim(claim_id)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            into = _merge(request, claim)
        except DomainError as error:
            refusal, status = error.message, error.status
        else:
            messages.success(request, "Merged. The old address leads here.")
            return SeeOther(claim_url(into.pk))
    words = request.GET.get("q", "")[:300]
    context = {"claim": claim, "tab": "merge", "words": words, "refusal": refusal}
    context["candidates"] = merge_candidates(claim, words=words)
    return render(request, "claims/merge.html", context, status=status)


def _merge(request: HttpRequest, claim: Claim) -> Claim:
    try:
        into_id = UUID(request.POST.get("into", ""))
    except ValueError as error:
        raise InvalidInput("Choose the claim to merge into. Nothing was changed.") from error
    return merge_claims(person=person_of(request), claim_id=claim.pk, into_id=into_id, now=timezone.now())


@require_POST
@permission_required("claim.write")
def appearance_by_quote(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = QuoteForm(request.POST, auto_id="id_appearance_%s")

    def act(_data: Any) -> None:
        add_appearance(person=person_of(request), claim_id=claim_id, target=form.target(), now=timezone.now())

    said = "The claim stands there too."
    return change(request, claim_id, "appearances", act, form=form, key="add_appearance", said=said)


@require_POST
@permission_required("evidence.write")
def evidence_by_quote(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = QuoteEvidenceForm(request.POST, auto_id="id_quoted_%s")

    def act(data: dict[str, Any]) -> None:
        described = {name: data[name] for name in ("stance", "note", "source_class")}
        add_evidence(
            person=person_of(request), claim_id=claim_id, target=form.target(), now=timezone.now(), **described
        )

    return change(request, claim_id, "evidence", act, form=form, key="quoted", said="Linked.")


@require_safe
@permission_required("desk.read")
def article_suggest(request: HttpRequest) -> HttpResponse:
    """Articles for a combobox, by words of their title."""
    articles = Article.objects.readable().select_related("source").order_by("-created_at", "-pk")
    for word in request.GET.get("q", "").split()[:8]:
        articles = articles.filter(title__icontains=word)
    found = [
        {"id": str(one.pk), "label": one.title, "hint": one.source.name if one.source else ""} for one in articles[:10]
    ]
    return JsonResponse({"results": found})
