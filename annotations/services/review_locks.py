"""Claim-and-release in the review queue: one reviewer at a time, for half an hour after the last touch."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.models import ReviewLock
from annotations.services.base import locked_verdict, writing
from core.errors import WrongState

HELD = timedelta(minutes=30)


def take_review(*, person: User, verdict_id: UUID, now: datetime) -> ReviewLock:
    """Tell the others that one is at it. Raises WrongState while somebody else is; a lock never stops an approval."""
    check_permission(person, "verdict.request_changes")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        lock = ReviewLock.objects.select_related("person").filter(verdict=verdict).first()
        if lock is not None and lock.person != person and lock.expires_at > now:
            raise WrongState(f"{lock.person.name} is reviewing this until {lock.expires_at:%H:%M} UTC.")
        taken, _ = ReviewLock.objects.update_or_create(
            verdict=verdict, defaults={"person": person, "taken_at": now, "expires_at": now + HELD}
        )
    return taken


def release_review(*, person: User, verdict_id: UUID) -> None:
    ReviewLock.objects.filter(verdict_id=verdict_id, person=person).delete()


def holder(*, verdict_id: UUID, now: datetime) -> ReviewLock | None:
    return ReviewLock.objects.select_related("person").filter(verdict_id=verdict_id, expires_at__gt=now).first()
