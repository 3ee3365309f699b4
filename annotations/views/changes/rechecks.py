"""The recheck queue, and the answers to a changed passage.

The queue and the reader offer the same answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from accounts.views.list_filters import saved_or_redirect
from annotations.errors import InvalidInput
from annotations.models import Placement, RecheckTask
from annotations.services.changes.rechecks import (
    confirm_harmless,
    confirm_placement,
    confirm_placements,
    reattach,
    resolve_recheck,
    withdraw_passage,
)
from annotations.views.answers import Done, answered, record_id, whole_number
from annotations.workflow import Status
from core.diff.words import Hunk, word_diff
from core.pages.chips import make_chip

SHOWN = 100
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Passages whose same words changed in the same way; `ops` are those words, as a diff."""

    ops: Sequence[Hunk]
    rows: list[Row]

    @property
    def placements(self) -> list[UUID]:
        return [row["placement"].pk for row in self.rows]


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
        .published_first()[:SHOWN]
    )
    rows = _group_by_change(tasks)
    alike, alone = _group_by_words([row for row in rows if not row["is_harmless"]])
    context = {
        "alike": alike,
        "rows": alone,
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


def _group_by_change(tasks: Iterable[RecheckTask]) -> list[Row]:
    """Return one row per changed passage with all claims that use it, and one per other task.

    An answer about the words closes the tasks of every claim that uses them, so they are asked about once.
    """
    rows: dict[UUID, Row] = {}
    for task in tasks:
        key = task.placement_id or task.pk
        if key in rows:
            rows[key]["others"].append(task)
        else:
            rows[key] = _describe_task(task)
    return list(rows.values())


def _group_by_words(rows: Iterable[Row]) -> tuple[list[_Alike], list[Row]]:
    """Return the rows whose same words changed in the same way, by those words, and the other rows in their order.

    A publisher that corrects one figure changes it in every passage that has it: one answer is enough.
    """
    rows = list(rows)
    by_words: dict[tuple[Hunk, ...], list[Row]] = {}
    for row in rows:
        by_words.setdefault(row["changed"], []).append(row)
    # Words that only came or only went, such as "not", mean something else in every sentence.
    alike = {words for words, same in by_words.items() if len(same) > 1 and len({kind for kind, _ in words}) > 1}
    alone = [row for row in rows if row["changed"] not in alike]
    return [_Alike(words, same) for words, same in by_words.items() if words in alike], alone


def _describe_task(task: RecheckTask) -> Row:
    placement = task.placement
    row: Row = {
        "task": task,
        "others": [],
        "placement": placement,
        "is_harmless": False,
        "ops": [],
        "changed": (),
        "is_published": task.verdict is not None and task.verdict.status == Status.PUBLISHED,
    }
    if placement is not None:
        row["is_harmless"] = placement.status == Placement.Status.CHANGED and placement.is_harmless
        row["old"], row["new"] = placement.passage.exact, placement.exact
        row["ops"] = word_diff(placement.passage.exact, placement.exact) if placement.exact else []
        row["changed"] = tuple(hunk for hunk in row["ops"] if hunk[0] != "equal")
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
    messages.success(request, _("Recheck closed: {resolution}.").format(resolution=task.resolution.lower()))
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
        # Unordered: the columns of the default order would count as distinct ones.
        revisions = list(waiting.order_by().values_list("revision_id", flat=True).distinct())
    count = sum(confirm_harmless(person=person, revision_id=revision_id, now=now) for revision_id in revisions)
    next_url = "" if request.POST.get("article") else reverse("annotations:rechecks")
    return Done(message=_say_confirmed(count), next_url=next_url)


@require_POST
@permission_required("desk.read")
@answered
def confirm_alike(request: HttpRequest) -> Done:
    """Confirm every `placement` of the form: the same words that changed in several passages."""
    try:
        chosen = [UUID(value) for value in request.POST.getlist("placement")[:SHOWN]]
    except ValueError as error:
        raise InvalidInput(_("Choose the changes from the list. Nothing was changed.")) from error
    count = confirm_placements(person=person_of(request), placement_ids=chosen, now=timezone.now())
    return Done(message=_say_confirmed(count), next_url=reverse("annotations:rechecks"))


def _say_confirmed(count: int) -> str:
    words = ngettext(
        "{n} change confirmed: the meaning is unchanged.", "{n} changes confirmed: the meaning is unchanged.", count
    )
    return words.format(n=count)


@require_POST
@permission_required("desk.read")
@answered
def confirm(request: HttpRequest, placement_id: UUID) -> Done:
    placement = confirm_placement(person=person_of(request), placement_id=placement_id, now=timezone.now())
    return Done(message=_("Noted: the meaning is unchanged."), article_id=placement.passage.article_id)


@require_POST
@permission_required("desk.read")
@answered
def reattach_words(request: HttpRequest, placement_id: UUID) -> Done:
    """Put the passage on the words that a person selected."""
    start, end = whole_number(request, "start"), whole_number(request, "end")
    if start is None or end is None:
        raise InvalidInput(_("Select the words where it stands now. Nothing was changed."))
    placement = reattach(person=person_of(request), placement_id=placement_id, start=start, end=end, now=timezone.now())
    return Done(message=_("Re-attached to the words you chose."), article_id=placement.passage.article_id)


@require_POST
@permission_required("desk.read")
@answered
def withdraw(request: HttpRequest, placement_id: UUID) -> Done:
    placement = withdraw_passage(person=person_of(request), placement_id=placement_id, now=timezone.now())
    return Done(message=_("Noted: the publisher withdrew these words."), article_id=placement.passage.article_id)
