"""The recheck queue: old and new words side by side, and one key for what is harmless."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required
from accounts.models import User
from accounts.permissions import has_permission
from annotations.models import Placement, RecheckTask
from annotations.services.rechecks import confirm_harmless, resolve_recheck
from annotations.worddiff import word_diff

SHOWN = 100


@require_safe
@permission_required("desk.read")
def recheck_list(request: HttpRequest) -> HttpResponse:
    tasks = list(
        RecheckTask.objects.open()
        .select_related("claim", "verdict", "evidence", "placement__passage__article", "placement__revision")
        .defer("placement__revision__text", "placement__revision__blocks")
        .prefetch_related("reports")
        .order_by("created_at", "pk")[:SHOWN]
    )
    rows = [_row(task) for task in tasks]
    context = {
        "rows": [row for row in rows if not row["is_harmless"]],
        "harmless": [row for row in rows if row["is_harmless"]],
        "may_resolve": has_permission(cast("User", request.user), "recheck.resolve"),
        "total": RecheckTask.objects.open().count(),
    }
    return render(request, "review/rechecks.html", context)


def _row(task: RecheckTask) -> dict[str, Any]:
    placement = task.placement
    row: dict[str, Any] = {"task": task, "placement": placement, "is_harmless": False, "ops": []}
    if placement is not None:
        row["is_harmless"] = placement.status == Placement.Status.CHANGED and placement.is_harmless
        row["old"], row["new"] = placement.passage.exact, placement.exact
        row["ops"] = word_diff(placement.passage.exact, placement.exact) if placement.exact else []
    return row


@require_POST
@permission_required("desk.read")
def resolve(request: HttpRequest, task_id: UUID) -> HttpResponse:
    task = resolve_recheck(
        person=cast("User", request.user),
        task_id=task_id,
        resolution=request.POST.get("resolution", ""),
        now=timezone.now(),
    )
    messages.success(request, f"Closed: {task.resolution.lower()}.")
    return redirect("annotations:rechecks")


@require_POST
@permission_required("desk.read")
def confirm_all_harmless(request: HttpRequest) -> HttpResponse:
    """One key for the changes without a digit, negation, name or number in them."""
    waiting = Placement.objects.filter(
        status=Placement.Status.CHANGED, is_harmless=True, confirmed_at=None, rechecks__is_open=True
    )
    now, count = timezone.now(), 0
    for revision_id in list(waiting.order_by().values_list("revision_id", flat=True).distinct()):
        count += confirm_harmless(person=cast("User", request.user), revision_id=revision_id, now=now)
    messages.success(request, f"{count} harmless changes confirmed: the meaning is unchanged.")
    return redirect("annotations:rechecks")
