"""Publish an approved verdict, now or at its time."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import ContributorMayNotApprove, WrongState
from annotations.models import Approval, Verdict
from annotations.services.base import check_expected, locked_verdict, touch_claim, writing
from annotations.services.verdicts.review import changes_rating
from annotations.services.verdicts.transitions import Outcome, contributor_ids, transition_verdict, write_verdict
from annotations.workflow import LIVE, Status
from publishing.services.publication import publish_face


def publish_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    now: datetime,
    expected: int | None = None,
    not_before: datetime | None = None,
    token_creator: User | None = None,
) -> Outcome:
    """Publish now, or at `not_before`. Publishing what is published already changes nothing and says so."""
    check_permission(person, "verdict.publish")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        contributors = contributor_ids(verdict.pk)
        if person.pk in contributors or (token_creator and token_creator.pk in contributors):
            raise ContributorMayNotApprove(
                "You wrote some of what this verdict says, so somebody else has to publish it. Nothing was changed."
            )
        if verdict.status == Status.PUBLISHED:
            return Outcome(verdict)
        check_expected(verdict.edit_number, expected)
        if verdict.status != Status.APPROVED:
            raise WrongState(
                "Only an approved verdict can be published. Nothing was changed.", current_status=verdict.status
            )
        if not_before is not None and not_before > now:
            write_verdict(verdict, now=now, not_before=not_before, scheduled_by=person)
            touch_claim(verdict.claim, now=now)
            return Outcome(verdict, is_done=False, missing=[f"It will be published at {not_before.isoformat()}."])
        _publish(verdict, person=person, now=now)
    return Outcome(verdict)


def publish_due(*, verdict_id: UUID | str, now: datetime) -> bool:
    """Publish a scheduled verdict whose time has come; False where that was done, changed or called off meanwhile."""
    with writing(None):
        verdict = locked_verdict(verdict_id)
        if verdict.status != Status.APPROVED or verdict.not_before is None or verdict.not_before > now:
            return False
        _publish(verdict, person=None, now=now)
    return True


def _publish(verdict: Verdict, *, person: User | None, now: datetime) -> None:
    live = Verdict.objects.select_related("frozen").filter(claim_id=verdict.claim_id, status__in=LIVE).first()
    if live is not None:
        transition_verdict(live, "supersede", person=person, now=now)
    given = Approval.objects.filter(verdict=verdict, action="publish", frozen=verdict.frozen).count()
    is_single = changes_rating(verdict) and given < 2
    transition_verdict(verdict, "publish", person=person, now=now, published_at=now, is_single_approval=is_single)
    publish_face(verdict, person=person, now=now, is_single_approval=is_single)
    touch_claim(verdict.claim, now=now)
