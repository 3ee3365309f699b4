"""The recheck queue, and the answers to a changed passage.

The queue and the reader offer the same answers.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from accounts.views.list_filters import saved_or_redirect
from annotations.errors import InvalidInput
from annotations.models import Placement, RecheckTask
from annotations.services.changes.rechecks import (
    confirm_harmless,
    confirm_placement,
    reattach,
    resolve_recheck,
    withdraw_passage,
)
from annotations.views.answers import Done, answered, record_id, whole_number
from annotations.worddiff import word_diff
from core.pages.chips import make_chip

SHOWN = 100


@require_safe
@permission_required("desk.read")
def recheck_list(request: HttpRequest) -> HttpResponse:
    saved, elsewhere = saved_or_redirect(request, "rechecks")
    if elsewhere:
        return elsewhere
    kind = request.GET.get("kind", "")
    chosen = {"kind": kind} if kind in RecheckTask.Kind.values else {}
    waiting = RecheckTask.objects.open()
    tasks = list(
        waiting.filter(**chosen)
        .select_related("claim", "verdict", "evidence", "placement__passage__article", "placement__revision")
        .defer("placement__revision__text", "placement__revision__blocks")
        .prefetch_related("reports")
        .order_by("created_at", "pk")[:SHOWN]
    )
    rows = group_by_change(tasks)
    context = {
        "rows": [row for row in rows if not row["is_harmless"]],
        "harmless": [row for row in rows if row["is_harmless"]],
        "may_resolve": has_permission(person_of(request), "recheck.resolve"),
        "total": waiting.count(),
        "quick": [
            make_chip(
                str(one.label),
                {"kind": one.value},
                chosen=chosen,
                address=lambda changes: f"?kind={changes['kind']}" if changes["kind"] else "?all=1",
            )
            for one in RecheckTask.Kind
        ],
        "is_narrowed": bool(chosen),
        "saved_query": saved,
    }
    return render(request, "review/rechecks.html", context)


def group_by_change(tasks: Iterable[RecheckTask]) -> list[dict[str, Any]]:
    """Return one row per changed passage with all claims that use it, and one per other task.

    An answer about the words closes the tasks of every claim that uses them, so they are asked about once.
    """
    rows: dict[UUID, dict[str, Any]] = {}
    for task in tasks:
        key = task.placement_id or task.pk
        if key in rows:
            rows[key]["others"].append(task)
        else:
            rows[key] = _describe_task(task)
    return list(rows.values())


def _describe_task(task: RecheckTask) -> dict[str, Any]:
    placement = task.placement
    row: dict[str, Any] = {"task": task, "others": [], "placement": placement, "is_harmless": False, "ops": []}
    if placement is not None:
        row["is_harmless"] = placement.status == Placement.Status.CHANGED and placement.is_harmless
        row["old"], row["new"] = placement.passage.exact, placement.exact
        row["ops"] = word_diff(placement.passage.exact, placement.exact) if placement.exact else []
    return row


@require_POST
@permission_required("desk.read")
def resolve(request: HttpRequest, task_id: UUID) -> HttpResponse:
    task = resolve_recheck(
        person=person_of(request),
        task_id=task_id,
        resolution=request.POST.get("resolution", ""),
        now=timezone.now(),
    )
    messages.success(request, f"Closed: {task.resolution.lower()}.")
    return redirect("annotations:rechecks")


@require_POST
@permission_required("desk.read")
@answered
def confirm_harmless_changes(request: HttpRequest) -> Done:
    """Confirm the harmless changes of one `revision`, or all that wait."""
    person, now = person_of(request), timezone.now()
    if request.POST.get("revision"):
        revisions = [record_id(request, "revision")]
    else:
        waiting = Placement.objects.filter(
            status=Placement.Status.CHANGED, is_harmless=True, confirmed_at=None, rechecks__is_open=True
        )
        revisions = list(waiting.order_by().values_list("revision_id", flat=True).distinct())
    count = sum(confirm_harmless(person=person, revision_id=revision_id, now=now) for revision_id in revisions)
    said = "1 change confirmed" if count == 1 else f"{count} changes confirmed"
    next_url = "" if request.POST.get("article") else reverse("annotations:rechecks")
    return Done(message=f"{said}: the meaning is unchanged.", next_url=next_url)


@require_POST
@permission_required("desk.read")
@answered
def confirm(request: HttpRequest, placement_id: UUID) -> Done:
    placement = confirm_placement(person=person_of(request), placement_id=placement_id, now=timezone.now())
    return Done(message="Noted: the meaning is unchanged.", article_id=placement.passage.article_id)


@require_POST
@permission_required("desk.read")
@answered
def reattach_words(request: HttpRequest, placement_id: UUID) -> Done:
    """Put the passage on the words that a person selected."""
    start, end = whole_number(request, "start"), whole_number(request, "end")
    if start is None or end is None:
        raise InvalidInput("Select the words where it stands now. Nothing was changed.")
    placement = reattach(person=person_of(request), placement_id=placement_id, start=start, end=end, now=timezone.now())
    return Done(message="Re-attached to the words you chose.", article_id=placement.passage.article_id)


@require_POST
@permission_required("desk.read")
@answered
def withdraw(request: HttpRequest, placement_id: UUID) -> Done:
    placement = withdraw_passage(person=person_of(request), placement_id=placement_id, now=timezone.now())
    return Done(message="Noted: the publisher withdrew these words.", article_id=placement.passage.article_id)
