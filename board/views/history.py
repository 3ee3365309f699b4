"""The history of a record, and the content that an approval stands for."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from annotations.errors import InvalidInput
from annotations.views.claim_page import find_claim
from board.history_words import CLAIM_PARTS, CLAIM_TABLES
from board.services.approvals_seen import seen_by
from board.services.history import days_of, history_of
from board.services.history_subjects import claim_events, subject_of


@require_safe
@permission_required("audit.read")
def claim_history(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    claim = find_claim(claim_id)
    shown = request.GET.get("show", "")
    events = claim_events(claim_id)
    if shown in CLAIM_TABLES:
        events = events.filter(object_table__in=CLAIM_TABLES[shown])
    context = {"claim": claim, "tab": "history", "shown": shown, "choices": CLAIM_PARTS}
    return render(request, "claims/history.html", context | _find_page(request, events))


@require_safe
@permission_required("audit.read")
def history(request: HttpRequest, kind: str, object_id: str) -> HttpResponse:
    subject = subject_of(person=person_of(request), kind=kind, object_id=object_id)
    return render(request, "history/page.html", {"subject": subject} | _find_page(request, subject.events))


@require_safe
@permission_required("audit.read")
def approval(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    seen = seen_by(approval_id)
    if seen is None:
        raise Http404(_("This approval does not exist."))
    return render(request, "history/approval.html", {"seen": seen, "content": seen.content, "excerpts": seen.excerpts})


def _find_page(request: HttpRequest, events: Any) -> dict[str, Any]:
    before = request.GET.get("before", "")
    if before and not before.isdecimal():
        raise InvalidInput(_("This link to a page of the list is not valid. Start again from the newest."))
    entries, older = history_of(events, before=int(before) if before else None)
    return {"days": days_of(entries), "older": older, "is_first": not before, "today": timezone.localdate()}
