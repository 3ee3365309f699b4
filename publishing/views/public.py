"""Public pages: fact-checks with their versions, the corrections log, the embed card, error reports.

All are rendered from stored documents, which were built from frozen content, so that no later edit shows.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe
from django.views.defaults import page_not_found

from annotations import rationale
from annotations.models import Desk
from articles.text.languages import direction
from core.errors import DomainError
from core.network import caller_of, client_address
from core.pages.paging import page_of, parse_time
from publishing.formats.claimreview import script_text
from publishing.formats.share_image import HEIGHT, WIDTH
from publishing.links import fact_check_url
from publishing.models import FactCheck, FactCheckVersion
from publishing.services.public_reads import ratings_explained, related_checks
from publishing.services.publication import version_document
from publishing.services.rechecks import MAX_REPORT, report_error
from publishing.services.retention import ADDRESSES
from publishing.services.withdrawals import decision_on, removed_slug
from publishing.views.caching import public_page
from publishing.views.crawlers import oembed_address

PAGE = 30
ABOUT_PAGES = {
    "methodology": (gettext_lazy("How we check"), "methodology_text"),
    "corrections-policy": (gettext_lazy("Corrections policy"), "corrections_text"),
    "funding": (gettext_lazy("Funding"), "funding_text"),
    "people": (gettext_lazy("Who we are"), "people_text"),
}
REPORTS_PER_HOUR = 5
_PUBLIC = ("/fact-checks/", "/corrections/", "/about/")
_EMBED_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    # The card is made to stand in other sites' pages.
    "frame-ancestors": ["*"],
}


class _ReportForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        max_length=MAX_REPORT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Say which words, and where we can check it."),
    )
    reply_to = forms.EmailField(
        label=gettext_lazy("Your e-mail address"), required=False, help_text=gettext_lazy("If you want an answer.")
    )


@require_safe
@public_page(max_age=300)
def about_page(request: HttpRequest, desk: Desk, page: str) -> HttpResponse:
    """Show a page that the desk writes itself: methodology, corrections policy, funding or people; 404 if empty."""
    title, field = ABOUT_PAGES.get(page, ("", ""))
    text = getattr(desk, field) if field else ""
    if not text:
        raise Http404(_("The desk has no such page."))
    page_url = settings.SITE_URL + request.path
    context = {
        "desk": desk,
        "page_url": page_url,
        "title": title,
        "about": page,
        "html": rationale.render_html(text, []),
        "ratings": ratings_explained(desk) if page == "methodology" else [],
    }
    return render(request, "public/about.html", context)


@require_safe
@public_page(max_age=0)
def fact_check_page(request: HttpRequest, desk: Desk, slug: str) -> HttpResponse:
    fact_check = _find_fact_check(slug)
    page = _page_context(fact_check, desk, fact_check.document) | {"is_reported": "reported" in request.GET}
    return render(request, "public/fact_check.html", page, status=_status(fact_check))


@require_safe
@public_page(max_age=0)
def version_page(request: HttpRequest, desk: Desk, slug: str, number: int) -> HttpResponse:
    """Show a version as it was first published. Without JSON-LD, so that search engines take the current one."""
    versions = FactCheckVersion.objects.select_related("fact_check", "payload")
    version = get_object_or_404(versions, fact_check=_find_fact_check(slug), number=number)
    is_shown = version.fact_check.state == FactCheck.State.PUBLISHED
    context = _page_context(version.fact_check, desk, version_document(version) if is_shown else None)
    context |= {"version": version, "is_old": number != version.fact_check.version, "json_ld": ""}
    return render(request, "public/fact_check.html", context, status=_status(version.fact_check))


@require_safe
@public_page(max_age=60)
def corrections_log(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List corrections, newest first. Typing errors (refile) are left out."""
    corrected = (
        FactCheckVersion.objects.exclude(kind__in=["", "refile"])
        .filter(fact_check__state__in=["published", "suspended"])
        .select_related("fact_check")
        .defer("fact_check__document")
    )
    page = page_of(corrected, key="published_at", cursor=request.GET.get("cursor", ""), size=PAGE, parse=parse_time)
    context = {
        "desk": desk,
        "page_url": settings.SITE_URL + request.path,
        "corrections": page.rows,
        "next_url": f"?cursor={page.next}" if page.next else "",
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
    }
    return render(request, "public/corrections.html", context)


@require_safe
@xframe_options_exempt
@csp_override(_EMBED_CSP)
@public_page(max_age=0)
def embed_card(request: HttpRequest, desk: Desk, fact_check_id: UUID) -> HttpResponse:
    """Show a card for other sites: no script, frameable anywhere, up to date after a correction or suspension."""
    fact_check = get_object_or_404(FactCheck, pk=fact_check_id)
    page = _page_context(fact_check, desk, fact_check.document)
    return render(request, "public/embed.html", page, status=_status(fact_check))


@require_http_methods(["GET", "POST"])
def report_page(request: HttpRequest, slug: str) -> HttpResponse:
    desk = _public_desk(request)
    fact_check = _find_fact_check(slug)
    if fact_check.state == FactCheck.State.REMOVED:
        return render(request, "public/fact_check.html", _page_context(fact_check, desk, None), status=410)
    form = _ReportForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _store_report(request, fact_check, form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            # In the address, not in the session: the page is the same for everybody.
            return redirect(reverse("publishing:fact_check", args=[slug]) + "?reported")
    context = {"desk": desk, "fact_check": fact_check, "form": form, "kept_days": ADDRESSES.days}
    return render(request, "public/report.html", context, status=422 if form.errors and status == 200 else status)


class _TooManyReports(DomainError):
    status = 429
    code = "too-many-reports"
    title = gettext_noop("Too many reports")


def _store_report(request: HttpRequest, fact_check: FactCheck, data: dict[str, Any]) -> None:
    address = client_address(request)
    key = f"report:{caller_of(address) if address else ''}"
    # Kept if it is there: the hour runs from the first report.
    cache.add(key, 0, timeout=3600)
    if cache.incr(key) > REPORTS_PER_HOUR:
        raise _TooManyReports(
            _("You have sent several reports already. Your words are still here: try again in an hour.")
        )
    report_error(fact_check=fact_check, body=data["body"], reply_to=data["reply_to"], now=timezone.now())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: to readers of the public pages as the desk's own site, to everybody else as the desk."""
    if request.path.startswith(_PUBLIC) and not request.user.is_authenticated:
        desk = Desk.objects.get()
        if desk.has_public_pages:
            return render(request, "public/404.html", {"desk": desk}, status=404)
    return page_not_found(request, exception)


def _breadcrumbs(fact_check: FactCheck) -> dict[str, Any]:
    """Return the way to the page as a schema.org BreadcrumbList, for JSON-LD."""
    steps = [
        ("Fact-checks", settings.SITE_URL + reverse("publishing:fact_checks")),
        (fact_check.headline, fact_check_url(fact_check.slug)),
    ]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def _public_desk(request: HttpRequest) -> Desk:
    """Return the desk. 404 for anonymous readers when the public pages are switched off."""
    desk = Desk.objects.get()
    if not desk.has_public_pages and not request.user.is_authenticated:
        raise Http404(_("The public pages are switched off."))
    return desk


def _find_fact_check(slug: str) -> FactCheck:
    """Find a fact-check by its slug, or by its slug from before a legal removal."""
    return get_object_or_404(FactCheck.objects.all(), slug__in=[slug, removed_slug(slug)])


def _status(fact_check: FactCheck) -> int:
    return 410 if fact_check.state == FactCheck.State.REMOVED else 200


def _page_context(fact_check: FactCheck, desk: Desk, document: dict[str, Any] | None) -> dict[str, Any]:
    is_published = fact_check.state == FactCheck.State.PUBLISHED and document is not None
    # The newsroom's own page carries it then (`set_canonical_url`).
    review = document.get("claimreview") if is_published and document and not fact_check.canonical_url else None
    return {
        "desk": desk,
        "fact_check": fact_check,
        "document": _with_times(document) if is_published and document else None,
        "json_ld": script_text(review) if review else "",
        "direction": direction(fact_check.language),
        "decision": decision_on(fact_check),
        "versions": fact_check.versions.defer("payload__body").order_by("-number"),
        "is_old": False,
        "page_url": fact_check.canonical_url or fact_check_url(fact_check.slug),
        "share_image": settings.SITE_URL + reverse("publishing:share_image", args=[fact_check.pk]),
        "image_size": (WIDTH, HEIGHT),
        "oembed_url": oembed_address(fact_check),
        "breadcrumbs": script_text(_breadcrumbs(fact_check)),
        "related": related_checks(fact_check) if is_published else [],
    }


def _with_times(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with datetimes, for the template's filters."""
    evidence = [
        item | {name: _parse_time(item.get(name)) for name in ("captured_at", "published_at")}
        for item in document["evidence"]
    ]
    appearances = [
        item | {"published_at": _parse_time(item.get("published_at"))} for item in document["claim"]["appearances"]
    ]
    claim = document["claim"] | {"appearances": appearances}
    corrections = [item | {"at": _parse_time(item["at"])} for item in document["corrections"]]
    times = {name: _parse_time(document[name]) for name in ("published_at", "modified_at")}
    return document | {"claim": claim, "evidence": evidence, "corrections": corrections[::-1]} | times


def _parse_time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
