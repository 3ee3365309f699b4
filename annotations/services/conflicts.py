"""Conflict of interest: declared once per person and claimant; who declared one does not approve."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import HasConflict, InvalidInput, NotFound
from annotations.models import Claimant, ConflictOfInterest, Contribution, Verdict
from annotations.services.base import writing


def declare_conflict(
    *, person: User, claimant_id: UUID | str, has_conflict: bool, now: datetime, statement: str = ""
) -> ConflictOfInterest:
    """Say whether there is one. It can be said again when that changes; the trail keeps both answers.

    Raises InvalidInput where a conflict comes without a word on it, NotFound.
    """
    check_permission(person, "comment.write")
    statement = statement.strip()[:2_000]
    if has_conflict and not statement:
        raise InvalidInput("Say in a few words what connects you with the claimant. Nothing was saved.")
    if not Claimant.objects.filter(pk=claimant_id).exists():
        raise NotFound("This claimant does not exist.")
    with writing(person):
        declared, _ = ConflictOfInterest.objects.update_or_create(
            person=person,
            claimant_id=claimant_id,
            defaults={"has_conflict": has_conflict, "statement": statement, "declared_at": now},
        )
    return declared


def conflict_of(person: User, claimant_id: UUID | str | None) -> ConflictOfInterest | None:
    """What the person declared about the claimant; None: not asked yet."""
    return ConflictOfInterest.objects.filter(person=person, claimant_id=claimant_id).first() if claimant_id else None


def conflicts_of_authors(verdict: Verdict) -> list[ConflictOfInterest]:
    """What the verdict's contributors declared about its claimant: they may write it, and the reviewer is told."""
    declared = ConflictOfInterest.objects.filter(claimant__claims=verdict.claim_id, has_conflict=True)
    authors = Contribution.objects.filter(claim=verdict.claim_id).values("person")
    return list(declared.filter(person__in=authors).select_related("person"))


def people_with_conflict(claimant_id: UUID | str | None) -> set[UUID]:
    if claimant_id is None:
        return set()
    found = ConflictOfInterest.objects.filter(claimant_id=claimant_id, has_conflict=True)
    return set(found.values_list("person_id", flat=True))


def refuse_conflict(person: User, claimant_id: UUID | str | None) -> None:
    declared = conflict_of(person, claimant_id)
    if declared is not None and declared.has_conflict:
        raise HasConflict(
            "You declared a conflict of interest with this claimant, so somebody else has to approve. Nothing was changed."
        )
