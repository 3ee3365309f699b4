"""The plan of a claim (who works on it by when), review locks, pinned claims.

None of it is content: it makes nobody an author and takes no verdict back to draft. `update_claim` writes the plan.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound
from annotations.models import Claim, Contribution, Evidence, PinnedClaim, ReviewLock, Verdict
from annotations.models.work import UNNAMED_CLAIM
from annotations.services.base import locked_verdict, writing
from annotations.services.notifications import notify
from annotations.services.verdicts.transitions import contributor_ids, people_who_may, people_with_conflict
from core.errors import WrongState

STANCES: Final = ("supports", "refutes", "context")


def select_pinned_claim(person: Any) -> QuerySet[Any, Any]:
    """Return a query of one row and column at most: the pinned claim, with its evidence counted by stance."""
    linked = Evidence.objects.filter(claim=OuterRef("pk"), removed_at=None).order_by().values("claim")
    counts = {stance: Subquery(linked.filter(stance=stance).annotate(n=Count("pk")).values("n")) for stance in STANCES}
    pinned: Any = Claim.objects.standing().filter(pk__in=PinnedClaim.objects.filter(person=person).values("claim"))
    found: QuerySet[Any, Any] = pinned.order_by().values_list(JSONObject(pk="id", statement="statement", **counts))
    return found


def pinned_claim_of(person: User) -> dict[str, Any] | None:
    row = select_pinned_claim(person.pk).first()
    return row[0] if row else None


def people_to_assign() -> list[User]:
    return people_who_may("verdict.write")


def people_to_ask(claim: Claim) -> list[User]:
    """Return possible reviewers: the role, no author of it, no declared conflict."""
    working = Verdict.objects.open().filter(claim=claim).first()
    if working is not None:
        authors = contributor_ids(working.pk)
    else:
        authors = set(Contribution.objects.filter(claim=claim, verdict=None).values_list("person_id", flat=True))
    excluded = authors | people_with_conflict(claim.claimant_id)
    return [person for person in people_who_may("verdict.approve") if person.pk not in excluded]


def set_assigned_to(claim: Claim, value: User | None, _person: User) -> None:
    if value is not None and value not in people_to_assign():
        raise InvalidInput(
            gettext("{value} cannot write verdicts, so the claim was not assigned. Nothing was saved.").format(
                value=value
            )
        )
    claim.assigned_to = value


def set_reviewer(claim: Claim, value: User | None, _person: User) -> None:
    # Somebody who was asked before stays, even if they have lost the role since: only a new choice is checked.
    if value is not None and value.pk != claim.reviewer_id and value not in people_to_ask(claim):
        raise InvalidInput(
            gettext(
                "{value} cannot review this: they wrote some of it, declared a conflict of interest, or do not"
                " have the role. Nothing was saved."
            ).format(value=value)
        )
    claim.reviewer = value


def set_priority(claim: Claim, value: int, _person: User) -> None:
    if value not in {1, 2, 3}:
        raise InvalidInput(gettext("The priority is 1 (high), 2 (normal) or 3 (low). Nothing was saved."))
    claim.priority = value


def plan_of(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, f"{name}_id", None) for name in ("assigned_to", "reviewer")}


def notify_of_plan(claim: Claim, before: Mapping[str, UUID | None], *, person: User, now: datetime) -> None:
    """Notify people of new work; a person with both parts is told once."""
    told = (
        ("assigned_to", gettext_noop("Assigned to you: {claim}"), f"/claims/{claim.pk}/"),
        ("reviewer", gettext_noop("You were asked to review: {claim}"), _url_of_review(claim)),
    )
    for field, template, url in told:
        found = getattr(claim, f"{field}_id")
        if found is not None and found != before[field]:
            notify(
                {found},
                event_key=f"plan:{claim.pk}:{claim.edit_number}",
                template=template,
                details={"claim": claim.statement or UNNAMED_CLAIM},
                claim=claim,
                url=url,
                now=now,
                by=person.pk,
            )


def _url_of_review(claim: Claim) -> str:
    waiting = Verdict.objects.filter(claim=claim, status="in_review").values_list("pk", flat=True).first()
    return f"/review/{waiting}/" if waiting else f"/claims/{claim.pk}/"


# Who goes home without ending a review keeps the others waiting no longer.
LOCK_DURATION = timedelta(minutes=30)


def take_review(*, person: User, verdict_id: UUID, now: datetime) -> ReviewLock:
    """Take the review lock. Raises WrongState while somebody else holds it.

    A lock informs; it never prevents an approval.
    """
    check_permission(person, "verdict.request_changes")
    with writing(person):
        verdict = locked_verdict(verdict_id)
        lock = ReviewLock.objects.select_related("person").filter(verdict=verdict).first()
        # An expired lock is simply taken over: nobody has to tidy up after a closed laptop.
        if lock is not None and lock.person != person and lock.expires_at > now:
            raise WrongState(
                gettext("{name} is reviewing this until {expires_at:%H:%M} UTC.").format(
                    name=lock.person.name, expires_at=lock.expires_at
                )
            )
        taken, _ = ReviewLock.objects.update_or_create(
            verdict=verdict, defaults={"person": person, "taken_at": now, "expires_at": now + LOCK_DURATION}
        )
    return taken


def release_review(*, person: User, verdict_id: UUID) -> None:
    ReviewLock.objects.filter(verdict_id=verdict_id, person=person).delete()


def review_lock_of(*, verdict_id: UUID, now: datetime) -> ReviewLock | None:
    return ReviewLock.objects.select_related("person").filter(verdict_id=verdict_id, expires_at__gt=now).first()


@transaction.atomic
def toggle_pin(*, person: User, claim_id: UUID, now: datetime) -> bool:
    """Pin the claim, or unpin it. Returns whether it is pinned now. Raises NotFound."""
    check_permission(person, "desk.read")
    if not Claim.objects.standing().filter(pk=claim_id).exists():
        raise NotFound(gettext("This claim does not exist or was removed."))
    # Delete first: it tells in one query whether the claim was the pinned one.
    if PinnedClaim.objects.filter(person=person, claim_id=claim_id).delete()[0]:
        return False
    # One row a person: pinning another claim unpins the one before.
    PinnedClaim.objects.update_or_create(person=person, defaults={"claim_id": claim_id, "pinned_at": now})
    return True
