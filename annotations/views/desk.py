"""The Desk, the first screen after login."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required
from annotations.services.board import board_for
from factcheck.heartbeat import is_redis_away


@require_safe
@permission_required("desk.read")
def desk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {"board": board_for(request.user, now=now), "now": now, "is_redis_away": is_redis_away()}  # type: ignore[arg-type]  # logged in
    return render(request, "desk/desk.html", context)
