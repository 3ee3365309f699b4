"""Who is to do what by when: the editor a claim is assigned to, the reviewer who is asked, its priority and due date.

None of it is content: it makes nobody an author and takes no verdict back to draft. `update_claim` is the way in.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from accounts.models import User
from annotations.errors import InvalidInput
from annotations.models import Claim, Contribution, Verdict
from annotations.services.conflicts import people_with_conflict
from annotations.services.contributors import contributor_ids, people_who_may
from annotations.services.notifications import notify
from annotations.workflow import OPEN

PLANNED: Final = ("assigned_to", "reviewer", "priority", "due_at")


def people_to_assign() -> list[User]:
    return people_who_may("verdict.write")


def people_to_ask(claim: Claim) -> list[User]:
    """Who could review what the claim says now: the approving role, no author of it, no declared conflict."""
    working = Verdict.objects.filter(claim=claim, status__in=OPEN).first()
    if working is not None:
        authors = contributor_ids(working.pk)
    else:
        authors = set(Contribution.objects.filter(claim=claim, verdict=None).values_list("person_id", flat=True))
    excluded = authors | people_with_conflict(claim.claimant_id)
    return [person for person in people_who_may("verdict.approve") if person.pk not in excluded]


def set_assigned_to(claim: Claim, value: User | None, _person: User) -> None:
    if value is not None and value not in people_to_assign():
        raise InvalidInput(f"{value} cannot write verdicts, so the claim was not assigned. Nothing was saved.")
    claim.assigned_to = value


def set_reviewer(claim: Claim, value: User | None, _person: User) -> None:
    if value is not None and value.pk != claim.reviewer_id and value not in people_to_ask(claim):
        raise InvalidInput(
            f"{value} cannot review this: they wrote some of it, declared a conflict of interest, or do not have the role."
            " Nothing was saved."
        )
    claim.reviewer = value


def set_priority(claim: Claim, value: int, _person: User) -> None:
    if value not in {1, 2, 3}:
        raise InvalidInput("The priority is 1 (high), 2 (normal) or 3 (low). Nothing was saved.")
    claim.priority = value


def plan_of(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, f"{name}_id", None) for name in ("assigned_to", "reviewer")}


def notify_of_plan(claim: Claim, before: Mapping[str, UUID | None], *, person: User, now: datetime) -> None:
    """Tell whoever has just got the work. Somebody who got both parts hears of it once."""
    name, event_key = claim.statement or "A claim without a statement", f"plan:{claim.pk}:{claim.edit_number}"
    told = (
        ("assigned_to", "Assigned to you", f"/claims/{claim.pk}/"),
        ("reviewer", "Your review is asked", _review(claim)),
    )
    for field, words, url in told:
        found = getattr(claim, f"{field}_id")
        if found is not None and found != before[field]:
            notify({found}, event_key=event_key, title=f"{words}: {name}", claim=claim, url=url, now=now, by=person.pk)


def _review(claim: Claim) -> str:
    waiting = Verdict.objects.filter(claim=claim, status="in_review").values_list("pk", flat=True).first()
    return f"/review/{waiting}/" if waiting else f"/claims/{claim.pk}/"
