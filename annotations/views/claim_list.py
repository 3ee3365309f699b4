"""The list of claims: filters and pages."""

from django.db.models import F, Func
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from annotations.forms.claim_filter import NO_VERDICT, ClaimFilter
from annotations.forms.plan import plan_choices
from annotations.models import Claim, Claimant
from annotations.workflow import Status
from core.database.kept import kept_or_made
from core.paging import page_of, parse_time

PAGE_SIZE = 30
MAX_CHOICES = 300


@require_safe
@permission_required("desk.read")
def claim_list(request: HttpRequest) -> HttpResponse:
    narrowed = ClaimFilter.of(request.GET)
    claims = narrowed.apply(Claim.objects.standing(), person=person_of(request), now=timezone.now())
    page = page_of(claims, key="created_at", cursor=request.GET.get("cursor", ""), size=PAGE_SIZE, parse=parse_time)
    context = {
        "narrowed": narrowed,
        "claims": page.rows,
        "next_url": narrowed.url_with(cursor=page.next) if page.next else "",
        "previous_url": narrowed.url_with(cursor=page.previous) if page.previous else "",
        "states": Claim.State.choices,
        "statuses": [(NO_VERDICT, "No verdict yet"), *_status_choices()],
        "claimants": list(Claimant.objects.order_by("name", "pk").values_list("pk", "name")[:MAX_CHOICES]),
        "topics": _topic_choices(),
        "plan_choices": plan_choices("verdict.write"),
    }
    return render(request, "claims/list.html", context)


def _status_choices() -> list[tuple[str, str]]:
    return [(status.value, status.label) for status in Status if status != Status.SUPERSEDED]


def _topic_choices() -> list[str]:
    topics = Claim.objects.standing().annotate(topic=Func(F("topics"), function="unnest"))
    found = topics.order_by("topic").values_list("topic", flat=True).distinct()[:MAX_CHOICES]
    return kept_or_made("topics of claims", lambda: list(found))
