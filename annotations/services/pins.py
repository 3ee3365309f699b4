"""The claim that travels with a person from article to article, from browser to browser: a place to stand, no record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import NotFound
from annotations.models import Claim, PinnedClaim


@transaction.atomic
def toggle_pin(*, person: User, claim_id: UUID, now: datetime) -> bool:
    """Pin the claim, or let it go where it is the pinned one. Answers whether it is pinned now. Raises NotFound."""
    check_permission(person, "desk.read")
    if not Claim.objects.standing().filter(pk=claim_id).exists():
        raise NotFound("This claim does not exist or was removed.")
    if PinnedClaim.objects.filter(person=person, claim_id=claim_id).delete()[0]:
        return False
    PinnedClaim.objects.update_or_create(person=person, defaults={"claim_id": claim_id, "pinned_at": now})
    return True
