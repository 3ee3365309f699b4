"""A person's yes to a move, and how many different humans have given theirs.

Whoever made a token knows its secret, so they count with the person it acts for: one of the two alone may have used it.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from annotations.errors import ONE_PERSON_TWICE, OnePersonTwice
from annotations.models import Approval, Verdict


def give_approval(
    verdict: Verdict,
    action: str,
    *,
    person: User,
    token_creator: User | None,
    now: datetime,
    note: str = "",
    attempt: int = 0,
) -> int:
    """Write it; answers how many people have now given theirs to this attempt at the move. Raises OnePersonTwice.

    Call with the verdict locked. `token_creator` comes from the authenticated token alone; the database compares it.
    No two of the approvals share a human (guard_two_people() refuses that too), so their number is one of people.
    """
    assert verdict.frozen is not None  # noqa: S101 - both callers have just refused a verdict without
    given = Approval.objects.filter(verdict=verdict, action=action, move=attempt, frozen=verdict.frozen)
    _refuse_one_person_twice(given, person, token_creator)
    Approval.objects.create(
        verdict=verdict, claim_id=verdict.claim_id, person=person, token_creator=token_creator, action=action,
        move=attempt, content_sha256=verdict.frozen.sha256, frozen=verdict.frozen, note=note, at=now,
    )  # fmt: skip
    return given.count()


def _refuse_one_person_twice(given: QuerySet[Approval], person: User, token_creator: User | None) -> None:
    """The same person's second yes is left to the constraint, which has words of its own."""
    humans = [one for one in (person, token_creator) if one is not None]
    by_others = given.exclude(person=person)
    if by_others.filter(Q(person__in=humans) | Q(token_creator__in=humans)).exists():
        raise OnePersonTwice(ONE_PERSON_TWICE)
