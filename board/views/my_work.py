"""My work: what waits for one person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from board.services.my_work import work_of


@require_safe
@permission_required("desk.read")
def my_work(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    return render(request, "desk/my_work.html", {"sections": work_of(person_of(request), now=now), "now": now})
