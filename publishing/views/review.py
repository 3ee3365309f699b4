"""The review queue, the review of one verdict's frozen content, and the decision on it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required
from accounts.models import User
from accounts.permissions import has_permission
from annotations import rationale
from annotations.forms.plan import PlanFilter, plan_choices
from annotations.models import Comment, Desk, Verdict
from annotations.services.claim_reads import same_statements
from annotations.services.discussion import add_comment, suggest_words
from annotations.services.plan import release_review, review_lock_of, take_review
from annotations.services.verdicts.freeze import frozen_content
from annotations.services.verdicts.review import allowed_actions, approve_verdict, request_changes
from annotations.services.verdicts.review_reads import (
    changes_since,
    changes_underneath,
    excerpts_of,
    light_for,
    open_for,
    remember_look,
    verdict_for_page,
)
from annotations.services.verdicts.transitions import Outcome, conflict_of, contributor_ids
from core.errors import DomainError, InvalidInput
from publishing.services.publication import preview
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import (
    remove_for_legal_reasons,
    restore_verdict,
    retract_verdict,
    suspend_verdict,
)
from publishing.tasks import wake_outbox

_SIDE_ACTIONS = (
    ("suspend", "Suspend", "At once, by one person: the page says that the check is under review, the feed drops it."),
    ("retract", "Retract", "Two people where two may: the page keeps a notice, the feed a tombstone."),
    ("restore", "Restore", "Two people where two may: it is public again."),
    (
        "legal-removal",
        "Remove for legal reasons",
        "Two people where two may. Every stored text of all versions is blanked for ever; digests and this reason stay.",
    ),
)
# Until they are published, what changed in the articles is the reviewer's business; then it is a recheck.
_WAITING = {"in_review", "changes_requested", "approved"}
_FILTERS = {
    "in_review": "Waiting for review",
    "approved": "Approved, not published",
    "changes_requested": "Changes requested",
}


@require_safe
@permission_required("desk.read")
def queue(request: HttpRequest) -> HttpResponse:
    """List waiting verdicts: high priority first, then soonest due, then oldest.

    The reviewer's own work stands apart, because they cannot approve it.
    """
    person, now = cast("User", request.user), timezone.now()
    status = request.GET.get("status", "in_review")
    status = status if status in _FILTERS else "in_review"
    plan = PlanFilter.of(request.GET)
    found = list(
        open_for(person)
        .filter(status=status)
        .filter(plan.condition(person=person, now=now, who_field="reviewer", prefix="claim__"))
        .select_related("claim__claimant", "claim__reviewer", "submitted_by", "review_lock__person")
        .order_by("claim__priority", F("claim__due_at").asc(nulls_last=True), "submitted_at", "pk")[:200]
    )
    rows = [_queue_row(verdict, now) for verdict in found if not verdict.is_mine]  # type: ignore[attr-defined]  # annotated
    own = [_queue_row(verdict, now) for verdict in found if verdict.is_mine]  # type: ignore[attr-defined]  # annotated
    context = {
        "rows": rows,
        "own": own,
        "status": status,
        "filters": _FILTERS,
        "tabs": [(key, label, urlencode({"status": key} | plan.chosen)) for key, label in _FILTERS.items()],
        "plan": plan,
        "plan_choices": plan_choices("verdict.approve"),
        "may_approve": has_permission(person, "verdict.approve"),
    }
    return render(request, "review/queue.html", context)


def _queue_row(verdict: Verdict, now: datetime) -> dict[str, Any]:
    lock = getattr(verdict, "review_lock", None)
    meta: list[str] = [verdict.claim.claimant.name if verdict.claim.claimant else "", f"version {verdict.version}"]
    meta.append(f"submitted by {verdict.submitted_by.name}" if verdict.submitted_by else "")
    light = light_for(verdict, now)
    labels = {"green": "On time", "amber": "Soon due", "red": "Late"}
    if verdict.claim.due_at is None:
        labels = {
            "green": "Waits less than a day",
            "amber": "Waits for more than a day",
            "red": "Waits for more than three days",
        }
    return {
        "verdict": verdict,
        "light": light,
        "light_label": labels[light],
        "lock": lock if lock is not None and lock.expires_at > now else None,
        "title": verdict.headline or verdict.claim.statement,
        "meta": [item for item in meta if item],
        "status": verdict.status,
        "at": verdict.submitted_at or verdict.updated_at,
    }


@require_safe
@permission_required("desk.read")
def review(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    return _show_review(request, verdict_id)


def _show_review(
    request: HttpRequest, verdict_id: UUID, *, typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    person, now = cast("User", request.user), timezone.now()
    verdict = verdict_for_page(verdict_id)
    if verdict is None:
        raise Http404("This verdict does not exist.")
    content = frozen_content(verdict.frozen) if verdict.frozen else None
    contributors = contributor_ids(verdict.pk)
    context: dict[str, Any] = {
        "verdict": verdict,
        "claim": verdict.claim,
        "content": content,
        "allowed": allowed_actions(person, verdict, contributors=contributors),
        "is_contributor": person.pk in contributors,
        "same": same_statements(verdict.claim),
        "conflict": conflict_of(person, verdict.claim.claimant_id),
        "may_approve": has_permission(person, "verdict.approve"),
        "may_plan": has_permission(person, "claim.write"),
        "contributors": User.objects.filter(pk__in=contributors),
        "approvals": verdict.approvals.filter(frozen=verdict.frozen_id).select_related("person", "token_creator"),
        "comments": Comment.objects.filter(claim=verdict.claim).select_related("author", "evidence", "resolved_by"),
        "transitions": verdict.transitions.select_related("actor").order_by("-pk"),
        "lock": review_lock_of(verdict_id=verdict.pk, now=now),
        "typed": typed or {},
    }
    context["side_actions"] = [
        (name, label, text) for name, label, text in _SIDE_ACTIONS if context["allowed"][name.replace("-", "_")]
    ]
    if content is not None:
        built = preview(verdict, content, desk=Desk.objects.get(), now=now)
        numbers = [item["n"] for item in content["evidence"]]
        context |= {
            "changes": changes_since(person, verdict, content),
            "underneath": changes_underneath(content) if verdict.status in _WAITING else [],
            "excerpts": excerpts_of(content),
            "rationale_html": rationale.render_html(content["verdict"]["rationale"], numbers),
            "document": built.document,
            "problems": built.problems,
        }
        remember_look(person=person, verdict=verdict, now=now, is_first_only=True)
    return render(request, "review/review.html", context, status=status)


@require_POST
@permission_required("desk.read")
def decide(request: HttpRequest, verdict_id: UUID, action: str) -> HttpResponse:
    """Carry out one decision. A refusal shows the page again with the typed words."""
    if action not in _ACTIONS or not Verdict.objects.filter(pk=verdict_id).exists():
        raise Http404("There is no such decision.")
    person = cast("User", request.user)
    try:
        said = _ACTIONS[action](person, verdict_id, request.POST, timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return _show_review(
            request, verdict_id, typed={name: str(value) for name, value in request.POST.items()}, status=error.status
        )
    wake_outbox()
    messages.success(request, said)
    verdict = verdict_for_page(verdict_id)
    if verdict is not None and action in {"approve", "request-changes", "read"}:
        remember_look(person=person, verdict=verdict, now=timezone.now())
    if action == "release" and url_has_allowed_host_and_scheme(request.POST.get("next", ""), {request.get_host()}):
        return redirect(request.POST["next"])
    part = "#decision" if action in _CONTINUED else ""
    return redirect(reverse("publishing:review", args=[verdict_id]) + part)


def _approve(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    sha = data.get("content_sha256", "")
    if not sha:
        raise InvalidInput("The form does not say which content you read. Reload the page and try again.")
    outcome = approve_verdict(
        person=person,
        verdict_id=verdict_id,
        content_sha256=sha,
        note=data.get("note", ""),
        no_conflict=bool(data.get("no_conflict")),
        now=now,
    )
    release_review(person=person, verdict_id=verdict_id)
    if outcome.is_done and data.get("publish"):
        publish_verdict(person=person, verdict_id=verdict_id, now=now)
        return "Approved and published. The CMS has it from the feed."
    return _say_outcome(outcome, "Approved. It can be published now.")


def _request_changes(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    request_changes(person=person, verdict_id=verdict_id, comment=data.get("comment", ""), now=now)
    release_review(person=person, verdict_id=verdict_id)
    return "Sent back to the author with your comment."


def _publish(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    not_before = None
    if data.get("not_before"):
        not_before = _parse_time(data["not_before"])
    outcome = publish_verdict(person=person, verdict_id=verdict_id, not_before=not_before, now=now)
    if outcome.is_done or not_before is None:
        return "Published."
    return f"It will be published on {date_format(timezone.localtime(not_before), 'j F Y, H:i T')}."


def _parse_time(typed: str) -> datetime:
    """Read a time. Without an offset it is in the person's time zone, as the form says."""
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput("The time of publication cannot be read. Nothing was published.")
    return found if found.tzinfo else timezone.make_aware(found)


def _with_reason(
    service: Callable[..., Any], done: str, *, can_override: bool = True
) -> Callable[[User, UUID, Any, datetime], str]:
    def act(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
        options = {"is_override": True} if can_override and data.get("override") else {}
        outcome = service(person=person, verdict_id=verdict_id, reason=data.get("reason", ""), now=now, **options)
        return _say_outcome(outcome, done) if isinstance(outcome, Outcome) else done

    return act


def _comment(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    verdict = Verdict.objects.select_related("claim").get(pk=verdict_id)
    if data.get("suggested_to"):
        suggest_words(
            person=person,
            verdict=verdict,
            field=data.get("field", ""),
            suggested_to=data["suggested_to"],
            body=data.get("body", ""),
            now=now,
        )
        return "Your suggestion is with the author."
    add_comment(
        person=person,
        claim_id=verdict.claim_id,
        verdict=verdict,
        body=data.get("body", ""),
        field=data.get("field", ""),
        is_blocking=bool(data.get("is_blocking")),
        now=now,
    )
    return "Your comment is saved."


def _take(person: User, verdict_id: UUID, _data: Any, now: datetime) -> str:
    take_review(person=person, verdict_id=verdict_id, now=now)
    return "You have it for half an hour; the others see that."


def _release(person: User, verdict_id: UUID, _data: Any, _now: datetime) -> str:
    release_review(person=person, verdict_id=verdict_id)
    return "Released: somebody else can take it."


def _say_outcome(outcome: Outcome, done: str) -> str:
    return done if outcome.is_done else "Recorded. " + " ".join(outcome.missing)


_ACTIONS: dict[str, Callable[[User, UUID, Any, datetime], str]] = {
    "approve": _approve,
    "request-changes": _request_changes,
    "publish": _publish,
    "suspend": _with_reason(
        suspend_verdict,
        "Suspended. The page says that it is under review; the feed has dropped it.",
        can_override=False,
    ),
    "retract": _with_reason(retract_verdict, "Retracted. The page keeps a notice; the feed has a tombstone."),
    "restore": _with_reason(restore_verdict, "Restored. It is public again."),
    "legal-removal": _with_reason(
        remove_for_legal_reasons, "Removed. Every stored text of its versions is blanked; the feed has a tombstone."
    ),
    "comment": _comment,
    "take": _take,
    "release": _release,
    "read": lambda *_: "Marked as read.",
}
DECISIONS = tuple(_ACTIONS)
# After these the page scrolls to the decision, where the person goes on.
_CONTINUED = frozenset({"approve", "request-changes", "publish", "suspend", "retract", "restore", "legal-removal"})
