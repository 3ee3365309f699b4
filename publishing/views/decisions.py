"""Decisions on a verdict under review: approve, publish, send back, withdraw, comment, take."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from accounts.decorators import permission_required
from accounts.models import User
from annotations.models import Verdict
from annotations.services.discussion import add_comment, suggest_words
from annotations.services.plan import release_review, take_review
from annotations.services.verdicts.review import approve_verdict, request_changes
from annotations.services.verdicts.review_reads import (
    remember_look,
    verdict_for_page,
)
from annotations.services.verdicts.transitions import Outcome
from core.errors import DomainError, InvalidInput
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import (
    remove_for_legal_reasons,
    restore_verdict,
    retract_verdict,
    suspend_verdict,
)
from publishing.tasks import wake_outbox
from publishing.views.review import show_review


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def decide(request: HttpRequest, verdict_id: UUID, action: str) -> HttpResponse:
    """Carry out one decision. A refusal shows the page again with the typed words, and leaves its address in the browser.

    Who asks for that address by GET, such as after a new sign-in, gets the review.
    """
    if action not in _ACTIONS or not Verdict.objects.filter(pk=verdict_id).exists():
        raise Http404(_("There is no such decision."))
    if request.method != "POST":
        return redirect("publishing:review", verdict_id)
    person = cast("User", request.user)
    try:
        said = _ACTIONS[action](person, verdict_id, request.POST, timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return show_review(
            request, verdict_id, typed={name: str(value) for name, value in request.POST.items()}, status=error.status
        )
    wake_outbox()
    messages.success(request, said)
    verdict = verdict_for_page(verdict_id)
    if verdict is not None and action in {"approve", "request-changes", "read"}:
        remember_look(person=person, verdict=verdict, now=timezone.now())
    if action == "release" and url_has_allowed_host_and_scheme(request.POST.get("next", ""), {request.get_host()}):
        return HttpResponseRedirect(request.POST["next"])  # redirect() takes a word for the name of a page
    part = "#decision" if action in _CONTINUED else ""
    return redirect(reverse("publishing:review", args=[verdict_id]) + part)


def _approve(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    sha = data.get("content_sha256", "")
    if not sha:
        raise InvalidInput(_("The form does not say which content you read. Reload the page and try again."))
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
        return _("Approved and published. The CMS has it from the feed.")
    return _say_outcome(outcome, _("Approved. It can be published now."))


def _request_changes(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    request_changes(person=person, verdict_id=verdict_id, comment=data.get("comment", ""), now=now)
    release_review(person=person, verdict_id=verdict_id)
    return _("Sent back to the author with your comment.")


def _publish(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
    not_before = None
    if data.get("not_before"):
        not_before = _parse_time(data["not_before"])
    outcome = publish_verdict(person=person, verdict_id=verdict_id, not_before=not_before, now=now)
    if outcome.is_done or not_before is None:
        return _("Published.")
    at = date_format(timezone.localtime(not_before), "j F Y, H:i T")
    return _("It will be published on {at}.").format(at=at)


def _parse_time(typed: str) -> datetime:
    """Read a time. Without an offset it is in the person's time zone, as the form says."""
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    if found is None:
        raise InvalidInput(_("The time of publication cannot be read. Nothing was published."))
    return found if found.tzinfo else timezone.make_aware(found)


def _with_reason(
    service: Callable[..., Any], done: str, *, can_override: bool = True
) -> Callable[[User, UUID, Any, datetime], str]:
    def act(person: User, verdict_id: UUID, data: Any, now: datetime) -> str:
        options = {"is_override": True} if can_override and data.get("override") else {}
        words = {"reason": data.get("reason", ""), "internal_note": data.get("internal_note", "")}
        outcome = service(person=person, verdict_id=verdict_id, now=now, **words, **options)
        said = _(done)  # marked where it stands in the table
        return _say_outcome(outcome, said) if isinstance(outcome, Outcome) else said

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
        return _("Your suggestion is with the author.")
    add_comment(
        person=person,
        claim_id=verdict.claim_id,
        verdict=verdict,
        body=data.get("body", ""),
        field=data.get("field", ""),
        is_blocking=bool(data.get("is_blocking")),
        now=now,
    )
    return _("Comment added.")


def _take(person: User, verdict_id: UUID, _data: Any, now: datetime) -> str:
    take_review(person=person, verdict_id=verdict_id, now=now)
    return _("Review started. For half an hour others see that it is yours.")


def _release(person: User, verdict_id: UUID, _data: Any, _now: datetime) -> str:
    release_review(person=person, verdict_id=verdict_id)
    return _("Review stopped. Somebody else can start it.")


def _say_outcome(outcome: Outcome, done: str) -> str:
    return done if outcome.is_done else " ".join([_("Recorded."), *outcome.missing])


_ACTIONS: dict[str, Callable[[User, UUID, Any, datetime], str]] = {
    "approve": _approve,
    "request-changes": _request_changes,
    "publish": _publish,
    "suspend": _with_reason(
        suspend_verdict,
        gettext_noop("Suspended. The page says that it is under review; the feed has dropped it."),
        can_override=False,
    ),
    "retract": _with_reason(
        retract_verdict, gettext_noop("Retracted. The page keeps a notice; the feed has a tombstone.")
    ),
    "restore": _with_reason(restore_verdict, gettext_noop("Restored. It is public again.")),
    "legal-removal": _with_reason(
        remove_for_legal_reasons,
        gettext_noop("Removed. Every stored text of its versions is blanked; the feed has a tombstone."),
    ),
    "comment": _comment,
    "take": _take,
    "release": _release,
    "read": lambda *_given: _("Marked as read."),
}
DECISIONS = tuple(_ACTIONS)
# After these the page scrolls to the decision, where the person goes on.
_CONTINUED = frozenset({"approve", "request-changes", "publish", "suspend", "retract", "restore", "legal-removal"})
