"""Declare a conflict of interest, from any page that shows the question."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from annotations.services.verdicts.transitions import declare_conflict
from core.errors import InvalidInput


@require_POST
@login_required
def declare(request: HttpRequest, claimant_id: UUID) -> HttpResponse:
    has_conflict = request.POST.get("has_conflict") == "yes"
    try:
        declare_conflict(
            person=cast("User", request.user),
            claimant_id=claimant_id,
            has_conflict=has_conflict,
            statement=request.POST.get("statement", ""),
            now=timezone.now(),
        )
    except InvalidInput as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Recorded. You are not asked again for this claimant."))
    # The question stands on several pages; an address elsewhere would make this an open redirect.
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # redirect() takes a word for the name of a page, and fails where no page has it.
    return HttpResponseRedirect(back) if is_ours else redirect("board:desk")
