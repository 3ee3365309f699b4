"""The evidence finder's pane: passages for a claim, its question and its filters."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from annotations.forms.finder import Asked, read_asked
from annotations.models import Claim
from annotations.reader.passages import cut_at_marks, end_of_paragraph, start_of_paragraph
from annotations.services.finder import FoundPassage, FoundPassages, find_passages
from annotations.services.plan import pinned_claim_of
from annotations.views.claim_page import find_claim
from articles.models import Article, Source

SHOWN = 20
_MOST_OFFERED = 10  # words to add with one click


@require_safe
@never_cache
@permission_required("desk.read")
def pane(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show the pane, as it opens beside another screen."""
    return render(request, "finder/pane.html", _pane_context(request, find_claim(claim_id)))


@require_safe
@never_cache
@permission_required("desk.read")
def page(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show the pane as a page of its own, for a browser without script."""
    return render(request, "finder/page.html", _pane_context(request, find_claim(claim_id)) | {"is_page": True})


@require_safe
@never_cache
@permission_required("desk.read")
def passages(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show the passages alone, after the question or a filter changed."""
    claim, asked = find_claim(claim_id), read_asked(request.GET)
    return render(request, "finder/passages.html", _passages_context(request, claim, asked))


@require_safe
@never_cache
@permission_required("desk.read")
def pinned(request: HttpRequest) -> HttpResponse:
    """Show the top bar's pin again, after evidence was linked."""
    return render(request, "components/frame/topbar_pin.html", {"pinned_claim": pinned_claim_of(person_of(request))})


def _pane_context(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    asked = read_asked(request.GET)
    context = _passages_context(request, claim, asked)
    found: FoundPassages = context["found"]
    filters, days = found.filters, [request.GET.get(name, "")[:10] for name in ("since", "until")]
    folded = (filters.is_not_claimant, filters.is_other_source, filters.is_contradiction, filters.source_id)
    return context | {
        "filters_set": sum(map(bool, (*folded, filters.language, *days))),
        "question": asked.question or (claim.statement if asked.whole else found.question),
        "sources": list(Source.objects.filter(articles__isnull=False).distinct().order_by("name", "pk")[:200]),
        "languages": list(
            Article.objects.exclude(language="").order_by("language").values_list("language", flat=True).distinct()[:50]
        ),
        "since": days[0],
        "until": days[1],
    }


def _passages_context(request: HttpRequest, claim: Claim, asked: Asked) -> dict[str, Any]:
    question = asked.whole if asked.question else " ".join([claim.statement, *asked.terms]).strip()
    found = find_passages(question=question, claim=claim, filters=asked.filters, limit=SHOWN)
    copies = _read_copies(found)
    return {
        "claim": claim,
        "asked": asked,
        "found": found,
        "filters": found.filters,
        "hits": [(hit, _describe(hit, copies)) for hit in found.hits],
        "nearby": [(hit, _describe(hit, copies)) for hit in found.nearby],
        "terms": _offer_terms(found, question),
        "can_link": has_permission(person_of(request), "evidence.write") and claim.removed_at is None,
    }


def _offer_terms(found: FoundPassages, question: str) -> list[str]:
    """Return names and words that the question lacks, of names that hold each other ("Vladimir Putin") the first."""
    asked = _words_of(question)
    offered: list[tuple[str, set[str]]] = []
    for term in dict.fromkeys([*found.names, *found.beside]):
        words = _words_of(term)
        if words <= asked or any(words <= other or other <= words for _, other in offered):
            continue
        offered.append((term, words))
    return [term for term, _ in offered[:_MOST_OFFERED]]


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _read_copies(found: FoundPassages) -> dict[UUID, Article]:
    ids = {pk for hit in (*found.hits, *found.nearby) for pk in hit.copies}
    return Article.objects.select_related("source").in_bulk(ids) if ids else {}


def _describe(hit: FoundPassage, copies: dict[UUID, Article]) -> dict[str, Any]:
    codes = {reason.code for reason in hit.reasons}
    return {
        "pieces": list(cut_at_marks(hit.exact, hit.marks)),
        "before": end_of_paragraph(hit.before),
        "after": start_of_paragraph(hit.after),
        "is_linked": "linked" in codes,
        "copies": [copies[pk] for pk in hit.copies if pk in copies],
    }
