"""The list of claims: filters and pages."""

from typing import Any

from django.db.models import Count, F, Func
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.views.list_filters import saved_or_redirect
from annotations.forms.claim_filter import ClaimFilter
from annotations.forms.plan import plan_choices
from annotations.models import Claim, Claimant
from core.database.kept import kept_or_made
from core.pages.chips import Choice
from core.pages.paging import page_of, parse_time

PAGE_SIZE = 30
MAX_CHOICES = 100


@require_safe
@permission_required("desk.read")
def claim_list(request: HttpRequest) -> HttpResponse:
    saved, elsewhere = saved_or_redirect(request, "claims")
    if elsewhere:
        return elsewhere
    narrowed = ClaimFilter.of(request.GET)
    claims = narrowed.apply(Claim.objects.standing().with_quote(), person=person_of(request), now=timezone.now())
    page = page_of(claims, key="created_at", cursor=request.GET.get("cursor", ""), size=PAGE_SIZE, parse=parse_time)
    context = {
        "narrowed": narrowed,
        "claims": page.rows,
        "next_url": narrowed.url_with(cursor=page.next) if page.next else "",
        "previous_url": narrowed.url_with(cursor=page.previous) if page.previous else "",
        "quick": narrowed.quick_chips(),
        "choices": _choices(narrowed),
        "saved_query": saved,
        "hidden": [(name, value) for name, value in narrowed.chosen.items() if name != "q"],
    }
    return render(request, "claims/list.html", context)


@require_safe
@permission_required("desk.read")
def claim_choices(request: HttpRequest, key: str) -> HttpResponse:
    """List the claimants or topics to choose from, with most claims first. Read when somebody opens the menu."""
    if key not in _LATER:
        raise Http404(_("The list of claims has no such filter."))
    narrowed = ClaimFilter.of(request.GET)
    label, read = _LATER[key]
    context = {"choice": narrowed.choice(key, _(label), read()), "label": _(label)}
    return render(request, "components/forms/choice_page.html", context)


def _choices(narrowed: ClaimFilter) -> list[Choice]:
    plans = plan_choices("verdict.write")
    found = [narrowed.status_choice()]
    for key, (label, read) in _LATER.items():
        value = narrowed.chosen.get(key, "")
        # The chosen one alone: the others are read when the menu opens.
        shown = [one for one in read(value) if one[0] == value] if value else []
        found.append(narrowed.choice(key, _(label), shown, reverse("annotations:claim_choices", args=[key])))
    found.append(narrowed.choice("who", _("Assigned to"), plans["people"]))
    found.append(narrowed.choice("due", _("Due"), plans["due"]))
    return found


def _read_claimants(chosen: str = "") -> list[tuple[str, str]]:
    found: Any = Claimant.objects.filter(pk=chosen) if chosen else Claimant.objects.annotate(n=Count("claims"))
    found = found.order_by("pk" if chosen else "-n", "name", "pk")
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")[:MAX_CHOICES]]


def _read_topics(chosen: str = "") -> list[tuple[str, str]]:
    if chosen:
        return [(chosen, chosen)]
    topics = Claim.objects.standing().annotate(topic=Func(F("topics"), function="unnest")).values("topic")
    counted = topics.annotate(n=Count("pk")).order_by("-n", "topic")
    return kept_or_made("topics of claims", lambda: [(row["topic"], row["topic"]) for row in counted[:MAX_CHOICES]])


_LATER = {"claimant": ("Claimant", _read_claimants), "topic": ("Topic", _read_topics)}
