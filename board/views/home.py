"""The Board, the first screen after login."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from articles.models import Article
from board.services.home import board_for
from core.heartbeat import is_redis_away


@require_safe
@permission_required("desk.read")
def desk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    person = person_of(request)
    context = {
        "board": board_for(person, now=now),
        "now": now,
        "is_redis_away": is_redis_away(),
        "is_fresh": not Article.objects.exists(),
        "can_import": has_permission(person, "article.import"),
        "can_manage": has_permission(person, "people.manage"),
    }
    return render(request, "desk/desk.html", context)
