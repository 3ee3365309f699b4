"""The plan of a claim, as a page or a menu."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from annotations.errors import DomainError
from annotations.forms.plan import PlanForm
from annotations.models import Claim
from annotations.services.claims import update_claim
from annotations.services.plan import people_to_ask, people_to_assign
from annotations.views.answers import change
from annotations.views.claim_page import SeeOther, claim_url, find_claim


@require_http_methods(["GET", "POST"])
@permission_required("claim.write")
def plan(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Show and save the plan: a page of its own, or inside the claim's head.

    With `in=head` it is loaded when its menu opens.
    """
    claim = find_claim(claim_id)
    form = _make_form(claim, request.POST if request.method == "POST" else None)
    if request.method == "POST" and request.headers.get("HX-Request"):
        return change(
            request,
            claim_id,
            "head",
            lambda _: _save_plan(request, form),
            form=form,
            key="plan",
            said=_("Plan saved."),
            is_edit=False,
        )
    following = _next_url(request, claim)
    context = {"claim": claim, "plan_form": form, "next": following}
    if request.method == "GET":
        is_part = request.GET.get("in") == "head"
        return render(
            request, "claims/plan.html#form" if is_part else "claims/plan.html", context | {"is_part": is_part}
        )
    if form.is_valid():
        try:
            _save_plan(request, form)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Plan saved."))
            return SeeOther(following)
    return render(request, "claims/plan.html", context, status=422)


def _make_form(claim: Claim, data: Any) -> PlanForm:
    return PlanForm(data, claim=claim, editors=people_to_assign(), reviewers=people_to_ask(claim))


def _save_plan(request: HttpRequest, form: PlanForm) -> None:
    changes = form.changes()
    if changes:
        update_claim(person=person_of(request), claim_id=form.claim.pk, now=timezone.now(), **changes)


def _next_url(request: HttpRequest, claim: Claim) -> str:
    address = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else claim_url(claim.pk)
