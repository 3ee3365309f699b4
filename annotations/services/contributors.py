"""Who wrote what a verdict says, and who is left to approve it. The database function is the one rule; here it is asked."""

from uuid import UUID

from django.db import connection

from accounts.models import User
from accounts.permissions import PERMISSIONS
from annotations.models import Verdict
from annotations.services.conflicts import people_with_conflict


def contributor_ids(verdict_id: UUID | str) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT verdict_contributors(%s)", [str(verdict_id)])
        return {row[0] for row in cursor.fetchall()}


def is_contributor(person: User, verdict_id: UUID | str) -> bool:
    return person.pk in contributor_ids(verdict_id)


def people_who_may(permission: str) -> list[User]:
    roles = [str(role) for role in PERMISSIONS[permission]]
    return list(User.objects.filter(is_active=True, groups__name__in=roles).distinct())


def eligible_approvers(verdict: Verdict) -> list[User]:
    """Active people with the approving role who wrote none of it and declared no conflict of interest."""
    excluded = contributor_ids(verdict.pk) | people_with_conflict(verdict.claim.claimant_id)
    return [person for person in people_who_may("verdict.approve") if person.pk not in excluded]
