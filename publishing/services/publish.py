"""Publish an approved verdict, now or at its time. A beat task publishes what is due."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import ContributorMayNotApprove, WrongState
from annotations.models import Approval, Verdict
from annotations.models.work import UNNAMED_CLAIM
from annotations.services.base import check_expected, locked_verdict, touch_claim, writing
from annotations.services.notifications import notify
from annotations.services.verdicts.review import changes_rating
from annotations.services.verdicts.transitions import Outcome, contributor_ids, transition_verdict, write_verdict
from annotations.workflow import LIVE, Status
from core.errors import DomainError
from core.in_turn import in_turn
from publishing.services.fact_checks import publish_fact_check

PASSING = timedelta(minutes=5)
"""For this long nobody is told that the database does not answer: every beat tries again."""


def publish_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    not_before: datetime | None = None,
    token_creator: User | None = None,
) -> Outcome:
    """Publish now, or schedule for `not_before`. A published verdict stays as it is."""
    check_permission(person, "verdict.publish")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        # After the lock: an edit that was committed while we waited makes its author a contributor.
        contributors = contributor_ids(verdict.pk)
        if person.pk in contributors or (token_creator and token_creator.pk in contributors):
            raise ContributorMayNotApprove(
                _("You wrote part of this verdict, so somebody else has to publish it. Nothing was changed.")
            )
        # Before the edit number: a request whose answer was lost comes again, with a number that is old by then.
        if verdict.status == Status.PUBLISHED:
            return Outcome(verdict)
        check_expected(verdict.edit_number, expected)
        if verdict.status != Status.APPROVED:
            raise WrongState(
                _("Only an approved verdict can be published. Nothing was changed."), current_status=verdict.status
            )
        if not_before is not None and not_before > now:
            write_verdict(verdict, now=now, not_before=not_before, scheduled_by=person)
            touch_claim(verdict.claim, now=now)
            return Outcome(
                verdict,
                is_done=False,
                missing=[_("It will be published at {at}.").format(at=not_before.isoformat())],
            )
        _publish(verdict, person=person, now=now)
    return Outcome(verdict)


def publish_due(*, verdict_id: UUID | str, now: datetime) -> bool:
    """Publish a scheduled verdict. Returns False when it was published, changed or unscheduled meanwhile."""
    with writing(None):
        verdict = locked_verdict(verdict_id)
        # Asked again: the list of what is due was read without a lock.
        if verdict.status != Status.APPROVED or verdict.not_before is None or verdict.not_before > now:
            return False
        _publish(verdict, person=None, now=now)
    return True


def due_verdicts(*, now: datetime) -> list[UUID]:
    """Return the approved verdicts whose embargo has ended by our clock and by the database's, oldest first."""
    # By both: the guard asks the database's clock, and a worker whose own runs ahead would be refused at every beat.
    due = Verdict.objects.filter(status=Status.APPROVED, not_before__lte=now).filter(not_before__lte=Now())
    return list(due.order_by("not_before", "pk").values_list("pk", flat=True))


def publish_all_due(*, now: datetime) -> int:
    """Publish every due verdict, each in a transaction of its own. Returns how many.

    A verdict that cannot be published stays approved and is tried again; the people concerned are told why.
    Raises SomeFailed once all were tried.
    """

    def publish(verdict_id: UUID) -> bool:
        try:
            return publish_due(verdict_id=verdict_id, now=now)
        # Any: whoever waits for the publication hears of it, and in_turn() goes on with the next.
        except Exception as error:
            _notify_of_failure(verdict_id, error, now)
            raise

    return sum(in_turn(due_verdicts(now=now), publish, what="publishing what is due"))


def _notify_of_failure(verdict_id: UUID, error: Exception, now: datetime) -> None:
    """Notify authors, approvers and the person who scheduled it, once per scheduled time."""
    verdict = Verdict.objects.select_related("claim").get(pk=verdict_id)
    if verdict.not_before is None or (isinstance(error, OperationalError) and now - verdict.not_before < PASSING):
        return
    people = contributor_ids(verdict.pk)
    people |= set(verdict.approvals.filter(frozen=verdict.frozen_id).values_list("person_id", flat=True))
    if verdict.scheduled_by_id is not None:
        people.add(verdict.scheduled_by_id)
    reason = error.message if isinstance(error, DomainError) else _("An unexpected error, which is in the desk's log.")
    name = (verdict.headline or verdict.claim.statement)[:80].rstrip(".") or UNNAMED_CLAIM
    with acting(None):
        notify(
            people,
            event_key=f"unpublished:{verdict.pk}:{verdict.not_before.isoformat()}",
            claim=verdict.claim,
            template=gettext_noop("Due, but not published: {claim}. {reason}"),
            details={"claim": name, "reason": reason},
            url=f"/review/{verdict.pk}/",
            now=now,
            by=None,
        )


def _publish(verdict: Verdict, *, person: User | None, now: datetime) -> None:
    live = Verdict.objects.select_related("frozen").filter(claim_id=verdict.claim_id, status__in=LIVE).first()
    # First: a unique constraint allows one live verdict of a claim, and it is checked at once.
    if live is not None:
        transition_verdict(live, "supersede", person=person, now=now)
    given = Approval.objects.filter(verdict=verdict, action="publish", frozen=verdict.frozen).count()
    is_single = changes_rating(verdict) and given < 2
    transition_verdict(verdict, "publish", person=person, now=now, published_at=now, is_single_approval=is_single)
    publish_fact_check(verdict, person=person, now=now, is_single_approval=is_single)
    touch_claim(verdict.claim, now=now)
