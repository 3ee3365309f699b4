"""The public list of fact-checks: search, filters and order, all in the address, without a script."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotations.models import Desk
from core.pages.chips import Choice, make_choice
from core.pages.paging import page_of, parse_time
from core.pages.vocabulary import RATING_CLASSES
from publishing.formats.claimreview import script_text
from publishing.services.public_reads import (
    Choices,
    Narrowing,
    add_published_words,
    published_checks,
    read_choices,
)
from publishing.views.caching import public_page
from publishing.views.public import ABOUT_PAGES

PAGE = 30
# Counting every match of a common word takes as long as reading the table.
COUNTED = 1_000
SPANS = {"30d": (30, gettext_lazy("Past 30 days")), "365d": (365, gettext_lazy("Past 12 months"))}
# key of the rows, whether ascending, words
SORTS = {
    "": ("published_at", False, gettext_lazy("Newest first")),
    "oldest": ("published_at", True, gettext_lazy("Oldest first")),
    "updated": ("modified_at", False, gettext_lazy("Last updated first")),
}
_NAMES = ("q", "rating", "topic", "claimant", "period", "sort")


@require_safe
@public_page(max_age=60)
def fact_check_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    given = _read_address(request)
    choices = read_choices()
    key, is_ascending, _words = SORTS[given["sort"]]
    shown = published_checks(_narrowing(given))
    filters = _filters(given, choices)
    narrowed = [(choice.key, choice.chosen) for choice in filters if choice.chosen and choice.key != "sort"]
    is_narrowed = bool(narrowed or given["q"])
    page = page_of(
        shown,
        key=key,
        cursor=request.GET.get("cursor", ""),
        size=PAGE,
        parse=parse_time,
        is_ascending=is_ascending,
    )
    # A first page that has room says how many there are: words that nothing holds are asked for once, not twice.
    is_whole = not (page.next or page.previous)
    found = len(page.rows) if is_whole else shown[: COUNTED + 1].count() if is_narrowed else 0
    context = {
        "desk": desk,
        "page_url": settings.SITE_URL + request.path,
        "listed": add_published_words(page.rows),
        "asked": given,
        "filters": filters,
        "narrowed": narrowed,
        "words_url": _address(given, {"q": ""}),
        "is_narrowed": is_narrowed,
        "is_filtered": bool(narrowed or given["sort"]),
        "found": min(found, COUNTED),
        "has_more_found": found > COUNTED,
        "next_url": _address(given, {"cursor": page.next}) if page.next else "",
        "previous_url": _address(given, {"cursor": page.previous}) if page.previous else "",
        "json_ld": script_text(_organization(desk)),
    }
    return render(request, "public/list.html", context)


@dataclass(frozen=True, slots=True)
class _Period:
    since: datetime | None = None
    until: datetime | None = None


def _read_address(request: HttpRequest) -> dict[str, str]:
    """Return the list's parameters. Values that no form offers are left out, so that the page names all it was asked."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in _NAMES}
    known: dict[str, Collection[str]] = {"rating": RATING_CLASSES, "sort": SORTS}
    given |= {name: given[name] if given[name] in values else "" for name, values in known.items()}
    if given["period"] not in SPANS and _year_of(given["period"]) is None:
        given["period"] = ""
    return given


def _year_of(period: str) -> int | None:
    return int(period) if len(period) == 4 and period.isascii() and period.isdecimal() and period >= "1900" else None


def _narrowing(given: dict[str, str]) -> Narrowing:
    period = _period_of(given["period"])
    return Narrowing(
        question=given["q"],
        rating_class=given["rating"],
        topic=given["topic"],
        claimant=given["claimant"],
        since=period.since,
        until=period.until,
    )


def _period_of(period: str) -> _Period:
    """Return the span of a period; a year is the desk's own, by its clock."""
    if period in SPANS:
        return _Period(timezone.now() - timedelta(days=SPANS[period][0]))
    year = _year_of(period)
    if year is None:
        return _Period()
    # The year 10000 is none that a time can name.
    return _Period(_start_of(year), _start_of(year + 1) if year < 9999 else None)


def _start_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=timezone.get_current_timezone())


def _filters(given: dict[str, str], choices: Choices) -> list[Choice]:
    """Return the filters of the form. What was asked for is among the values, though hundreds are more frequent."""
    first = choices.first_published_at
    years = range(timezone.localtime().year, timezone.localtime(first).year - 1, -1) if first else ()
    ratings = dict(choices.ratings)
    if given["rating"]:
        ratings.setdefault(given["rating"], _(RATING_CLASSES[given["rating"]]))
    periods = [*((key, str(words)) for key, (_days, words) in SPANS.items()), *_same(map(str, years))]
    return [
        _choice("rating", _("Any rating"), ratings.items(), given),
        _choice("topic", _("Any topic"), [(topic, capfirst(topic)) for topic in choices.topics], given),
        _choice("claimant", _("Any speaker"), _same(choices.claimants), given),
        _choice("period", _("Any time"), periods, given),
        _choice("sort", str(SORTS[""][2]), [(key, str(words)) for key, (*_how, words) in SORTS.items() if key], given),
    ]


def _same(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _choice(key: str, none: str, values: Iterable[tuple[str, str]], given: dict[str, str]) -> Choice:
    offered = dict(values)
    if given[key]:
        offered.setdefault(given[key], capfirst(given[key]))
    return make_choice(key, none, offered.items(), chosen=given, address=lambda changes: _address(given, changes))


def _address(given: dict[str, str], changes: Any) -> str:
    """Return the address of the list with these changes, without a cursor unless it is among them."""
    return "?" + urlencode({name: value for name, value in {**given, **changes}.items() if value})


def _organization(desk: Desk) -> dict[str, Any]:
    """Return the desk as a schema.org NewsMediaOrganization, for JSON-LD."""
    members = {
        "@context": "https://schema.org",
        "@type": "NewsMediaOrganization",
        "name": desk.name,
        "url": desk.url or settings.SITE_URL,
        "logo": desk.logo_url,
        "email": desk.contact_email,
        "correctionsPolicy": _about_url(desk, "corrections-policy") or desk.corrections_url,
        "verificationFactCheckingPolicy": _about_url(desk, "methodology") or desk.methodology_url,
        "ownershipFundingInfo": _about_url(desk, "funding"),
    }
    return {name: value for name, value in members.items() if value}


def _about_url(desk: Desk, page: str) -> str:
    has_text = getattr(desk, ABOUT_PAGES[page][1])
    return settings.SITE_URL + reverse("publishing:about", args=[page]) if has_text else ""
