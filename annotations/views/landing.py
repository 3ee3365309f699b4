"""Lead people who ask for the address of a form of the claim's page to that page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.db.models import Manager
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.decorators import permission_required
from annotations.models import Appearance, Comment, Evidence, Verdict
from annotations.views.claim_page import claim_url

_RECORDS: dict[str, Manager[Any]] = {
    "appearance_id": Appearance.objects,
    "comment_id": Comment.objects,
    "evidence_id": Evidence.objects,
    "verdict_id": Verdict.objects,
}


def form_of_claim_page[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let the view take POST alone; redirect GET to the claim's page.

    A refused form leaves its address in the browser: reloading it or returning to it asks for it by GET.
    """

    @wraps(view)
    def landing_view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST":
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return _go_to_claim(request, **kwargs)
        return HttpResponseNotAllowed(["GET", "POST"])

    # A ParamSpec does not survive functools.wraps.
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", landing_view)


@permission_required("desk.read")
def _go_to_claim(request: HttpRequest, /, **ids: Any) -> HttpResponse:
    ((name, record_id),) = ids.items()
    claim_id = record_id
    if name != "claim_id":
        claim_id = _RECORDS[name].filter(pk=record_id).values_list("claim_id", flat=True).first()
    if claim_id is None:
        raise Http404(_("This record does not exist."))
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    return HttpResponseRedirect(claim_url(claim_id) + query)
