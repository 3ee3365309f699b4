"""My work: what waits for one person."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.views.list_filters import saved_or_redirect
from board.services.my_work import TITLES, Section, work_of
from core.pages.chips import Chip, make_chip


@require_safe
@permission_required("desk.read")
def my_work(request: HttpRequest) -> HttpResponse:
    saved, elsewhere = saved_or_redirect(request, "work")
    if elsewhere:
        return elsewhere
    now = timezone.now()
    sections = [section for section in work_of(person_of(request), now=now) if section.items]
    shown = request.GET.get("show", "")
    chosen = {"show": shown} if any(section.key == shown for section in sections) else {}
    context = {
        "sections": [section for section in sections if not chosen or section.key == shown],
        "now": now,
        "quick": [_make_chip(section, chosen) for section in sections],
        "is_narrowed": bool(chosen),
        "saved_query": saved,
    }
    return render(request, "desk/my_work.html", context)


def _make_chip(section: Section, chosen: Mapping[str, str]) -> Chip:
    def address(changes: Mapping[str, str]) -> str:
        return f"?show={changes['show']}" if changes["show"] else "?all=1"

    return make_chip(f"{TITLES[section.key]} {section.shown}", {"show": section.key}, chosen=chosen, address=address)
