"""The review queue, and the review of one verdict's frozen content. Decisions on it: decisions.py."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required
from accounts.models import User
from accounts.permissions import has_permission
from accounts.views.list_filters import saved_or_redirect
from annotations.forms.plan import PlanFilter, plan_chips
from annotations.frozen import FrozenContent
from annotations.models import Comment, Desk, Verdict
from annotations.services.claim_reads import same_statements
from annotations.services.plan import review_lock_of
from annotations.services.verdicts.freeze import frozen_content
from annotations.services.verdicts.review import allowed_actions
from annotations.services.verdicts.review_reads import (
    changes_since,
    changes_underneath,
    excerpts_of,
    light_for,
    next_in_queue,
    open_for,
    remember_look,
    verdict_for_page,
)
from annotations.services.verdicts.transitions import conflict_of, contributor_ids, people_who_decide
from annotations.services.verdicts.weight_changes import weights_underneath
from core.notices import stream_url
from publishing.services.publication import preview

_SIDE_ACTIONS = (
    (
        "suspend",
        gettext_lazy("Suspend"),
        gettext_lazy("At once, by one person: the page says that the check is under review, the feed drops it."),
    ),
    (
        "retract",
        gettext_lazy("Retract"),
        gettext_lazy("Two people where two may: the page keeps a notice, the feed a tombstone."),
    ),
    ("restore", gettext_lazy("Restore"), gettext_lazy("Two people where two may: it is public again.")),
    (
        "legal-removal",
        gettext_lazy("Remove for legal reasons"),
        gettext_lazy(
            "Two people where two may. Every stored text of all versions is blanked for ever; digests and this reason stay."
        ),
    ),
)
_NAMED = 3
_MOST = 200
# Until they are published, what changed in the articles is the reviewer's business; then it is a recheck.
_WAITING = {"in_review", "changes_requested", "approved"}
_FILTERS = {
    "in_review": gettext_lazy("Waiting for review"),
    "approved": gettext_lazy("Approved, not published"),
    "changes_requested": gettext_lazy("Changes requested"),
}


@require_safe
@permission_required("desk.read")
def queue(request: HttpRequest) -> HttpResponse:
    """List waiting verdicts: high priority first, then soonest due, then oldest.

    The reviewer's own work stands apart, because they cannot approve it.
    """
    saved, elsewhere = saved_or_redirect(request, "review")
    if elsewhere:
        return elsewhere
    person, now = cast("User", request.user), timezone.now()
    status = request.GET.get("status", "in_review")
    status = status if status in _FILTERS else "in_review"
    plan = PlanFilter.of(request.GET)
    found: list[Any] = list(
        open_for(person.pk)
        .filter(status=status)
        .filter(plan.condition(person=person, now=now, who_field="reviewer", prefix="claim__"))
        .select_related("claim__claimant", "claim__reviewer", "submitted_by", "review_lock__person")
        .order_by("claim__priority", F("claim__due_at").asc(nulls_last=True), "submitted_at", "pk")[: _MOST + 1]
    )
    has_more, found = len(found) > _MOST, found[:_MOST]
    rows = [_queue_row(verdict, now) for verdict in found if not verdict.is_mine]
    own = _own_rows([verdict for verdict in found if verdict.is_mine], now)

    def address(changes: Mapping[str, str]) -> str:
        return "?" + urlencode({"status": status} | {k: v for k, v in (plan.chosen | dict(changes)).items() if v})

    quick, choices = plan_chips(plan, who=_("Reviewer"), permission="verdict.approve", address=address)
    context = {
        "rows": rows,
        "own": own,
        "shown": len(found) if has_more else 0,
        "status": status,
        "quick": quick,
        "choices": choices,
        "saved_query": saved,
        "tabs": [(key, label, urlencode({"status": key} | plan.chosen)) for key, label in _FILTERS.items()],
        "plan": plan,
        "may_approve": has_permission(person, "verdict.approve"),
        "may_plan": has_permission(person, "claim.write"),
    }
    return render(request, "review/queue.html", context)


def _own_rows(verdicts: Sequence[Verdict], now: datetime) -> list[dict[str, Any]]:
    """Return the rows of what the person wrote, each with the people who may decide it."""
    decide = people_who_decide(verdicts) if verdicts else {}
    return [_queue_row(verdict, now) | {"deciders": _names(decide[verdict.pk])} for verdict in verdicts]


def _names(people: Iterable[User]) -> str:
    """Return the first names of a list in words: "Jonas Lindqvist, Ada Okoye and 2 more"."""
    names = sorted(person.name for person in people)
    more = len(names) - _NAMED
    shown = ", ".join(names[:_NAMED])
    return _("{names} and {count} more").format(names=shown, count=more) if more > 0 else shown


def _queue_row(verdict: Verdict, now: datetime) -> dict[str, Any]:
    lock = getattr(verdict, "review_lock", None)
    meta: list[str] = [verdict.claim.claimant.name if verdict.claim.claimant else ""]
    meta.append(_("version {number}").format(number=verdict.version) if verdict.version > 1 else "")
    meta.append(_("submitted by {name}").format(name=verdict.submitted_by.name) if verdict.submitted_by else "")
    light = light_for(verdict, now)
    # Where the claim has no due date, which has words of its own.
    labels = {
        "green": _("Waiting less than a day"),
        "amber": _("Waiting for more than a day"),
        "red": _("Waiting for more than three days"),
    }
    return {
        "verdict": verdict,
        "light": light,
        "light_label": labels[light],
        "lock": lock if lock is not None and lock.expires_at > now else None,
        "title": verdict.claim.statement or verdict.headline,
        "meta": [item for item in meta if item],
        "status": verdict.status,
        "at": verdict.submitted_at or verdict.updated_at,
    }


@require_safe
@permission_required("desk.read")
def review(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    return show_review(request, verdict_id)


def show_review(
    request: HttpRequest, verdict_id: UUID, *, typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Show the review page, with the words of a refused form."""
    person, now = cast("User", request.user), timezone.now()
    verdict = verdict_for_page(verdict_id)
    if verdict is None:
        raise Http404(_("This verdict does not exist."))
    content = frozen_content(verdict.frozen) if verdict.frozen else None
    contributors = contributor_ids(verdict.pk)
    context: dict[str, Any] = {
        "verdict": verdict,
        "claim": verdict.claim,
        "content": content,
        "allowed": allowed_actions(person, verdict, contributors=contributors),
        "is_contributor": person.pk in contributors,
        "same": same_statements(verdict.claim),
        "may_approve": has_permission(person, "verdict.approve"),
        "may_plan": has_permission(person, "claim.write"),
        "contributors": User.objects.filter(pk__in=contributors),
        "approvals": verdict.approvals.filter(frozen=verdict.frozen_id).select_related("person", "token_creator"),
        "comments": Comment.objects.filter(claim=verdict.claim).select_related("author", "evidence", "resolved_by"),
        "transitions": verdict.transitions.select_related("actor").order_by("-pk"),
        "lock": review_lock_of(verdict_id=verdict.pk, now=now),
        "next_in_queue": next_in_queue(person, verdict),
        "events_url": stream_url(request, f"review:{verdict.pk}"),
        "declared": None if person.pk in contributors else conflict_of(person, verdict.claim.claimant_id),
        "deciders": _names_of_deciders(verdict) if person.pk in contributors else "",
        "typed": typed or {},
    }
    context["side_actions"] = [
        (name, label, text) for name, label, text in _SIDE_ACTIONS if context["allowed"][name.replace("-", "_")]
    ]
    if content is not None:
        desk = Desk.objects.get()
        built = preview(verdict, content, desk=desk, now=now)
        context |= {
            "changes": changes_since(person, verdict, content),
            "underneath": changes_underneath(content) if verdict.status in _WAITING else [],
            "weights": weights_underneath(verdict, content, desk=desk) if verdict.status in _WAITING else None,
            "excerpts": excerpts_of(content),
            "rationale_html": content["verdict"]["rendered"]["html"],
            "document": built.document,
            "problems": built.problems,
            "is_waiting": verdict.status in _WAITING,
            "sources": _count_sources(content),
        }
        remember_look(person=person, verdict=verdict, now=now, is_first_only=True)
    return render(request, "review/review.html", context, status=status)


def _names_of_deciders(verdict: Verdict) -> str:
    return _names(people_who_decide([verdict])[verdict.pk]) if verdict.status in {"in_review", "approved"} else ""


def _count_sources(content: FrozenContent) -> int:
    """Count the independent sources by origin, as the claim page does; an outside source is one by its address."""
    counted = (item for item in content["evidence"] if item["independent"])
    origins = ((item["article"]["origin"] if item["article"] else "", item) for item in counted)
    return len({origin or item["url"] or item["id"] for origin, item in origins})
