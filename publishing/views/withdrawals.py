"""Take a published check away and bring it back, from the claim page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.decorators import permission_required
from annotations.views.landing import form_of_claim_page
from annotations.views.verdicts import act_with_reason
from publishing.services.withdrawals import remove_for_legal_reasons, restore_verdict, retract_verdict, suspend_verdict
from publishing.tasks import wake_outbox


@form_of_claim_page
@permission_required("verdict.suspend")
def suspend(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    said = _("Suspended. The page says that it is under review, and the feed has dropped it.")
    return _act(request, verdict_id, suspend_verdict, said)


@form_of_claim_page
@permission_required("verdict.retract")
def retract(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    said = _("Retracted. The page keeps a notice, and the feed has a tombstone.")
    return _act(request, verdict_id, retract_verdict, said)


@form_of_claim_page
@permission_required("verdict.restore")
def restore(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    return _act(request, verdict_id, restore_verdict, _("Restored. It is public again."))


@form_of_claim_page
@permission_required("verdict.legal_removal")
def legal_removal(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    said = _("Removed. The stored texts of this check are blanked; the trail keeps their digests.")
    return _act(request, verdict_id, remove_for_legal_reasons, said)


def _act(request: HttpRequest, verdict_id: UUID, service: Callable[..., Any], said: str) -> HttpResponse:
    response = act_with_reason(request, verdict_id, service, said)
    wake_outbox()
    return response
