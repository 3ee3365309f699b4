"""Panels of the claim page about publication: the CMS preview and precedents."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from annotations.models import Claim, Desk, Verdict
from annotations.services.claim_reads import same_statements, verdicts_of
from annotations.services.claims import MAX_STATEMENT
from annotations.services.verdicts.freeze import content_of, frozen_content
from annotations.views.claim_page import find_claim
from annotations.workflow import OPEN
from publishing.formats import ninjs, webannotation
from publishing.formats.datafeed import check as datafeed_check
from publishing.formats.datafeed import data_feed
from publishing.formats.vocabulary import Problem
from publishing.formats.webannotation_check import check_collection
from publishing.links import api_url
from publishing.services.precedents import Precedent, precedents_for
from publishing.services.publication import preview


@require_safe
@permission_required("desk.read")
def cms(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show what the CMS would get if this were published now, in every format, with all problems."""
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
        built = preview(verdict, content, desk=desk, now=now)
        document, publication = built.document, built.publication
        item = ninjs.ninjs(content, publication)
        collection = webannotation.fact_check_collection(content, publication)
        feed = data_feed([document["claimreview"]], desk=publication.desk, url=api_url("fact-checks"), modified_at=now)
        context["document"] = document
        context["problems"] = [
            *built.problems,
            *ninjs.check(item),
            *check_collection(collection),
            *_of_the_feed_alone(datafeed_check(feed)),
        ]
        context["formats"] = [
            ("fact_check", "fact_check", _("The API's document, and what the feed carries"), _pretty(document)),
            ("claimreview", "ClaimReview", _("JSON-LD, schema.org"), _pretty(document["claimreview"])),
            (
                "annotation",
                _("Web Annotation"),
                _("JSON-LD, W3C"),
                _pretty(collection),
            ),
            ("ninjs", "ninjs", _("IPTC ninjs 3.1"), _pretty(item)),
            ("datafeed", "DataFeed", _("JSON-LD, schema.org, for aggregators"), _pretty(feed)),
        ]
    return render(request, "claims/cms.html", context)


def _of_the_feed_alone(problems: list[Problem]) -> list[Problem]:
    """Return the problems without those of the ClaimReview inside, which are listed already."""
    return [problem for problem in problems if not problem.path.startswith("/dataFeedElement/0/item/")]


def _embed_code(claim: Claim) -> str:
    fact_check = getattr(claim, "fact_check", None)
    if fact_check is None:
        return ""
    address = settings.SITE_URL + reverse("publishing:embed", args=[fact_check.pk])
    return f'<iframe src="{address}" title="{escape(fact_check.headline)}" width="100%" height="260" loading="lazy"></iframe>'


def _content(verdict: Verdict) -> Any:
    """Return the editor's content while it is open, else the frozen content; None after a legal removal."""
    if verdict.status in OPEN or verdict.frozen is None:
        return content_of(verdict)
    return frozen_content(verdict.frozen)


def _pretty(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


@require_safe
@permission_required("desk.read")
def precedents(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show earlier checks like the claim's statement, or like the `statement` that is being typed."""
    claim = find_claim(claim_id)
    context = {"precedents": _read_precedents(request, claim), "same": same_statements(claim)}
    return render(request, "claims/parts/precedents.html", context)


@require_safe
@never_cache
@permission_required("desk.read")
def checked_before(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show the same in a line each, for the reader's card and the review; nothing where there is none."""
    claim = find_claim(claim_id)
    return render(request, "claims/parts/checked_before.html", {"precedents": _read_precedents(request, claim)})


def _read_precedents(request: HttpRequest, claim: Claim) -> list[Precedent]:
    statement = request.GET.get("statement", claim.statement).replace("\0", "")[:MAX_STATEMENT]
    return precedents_for(statement, claim=claim)
