"""That the claimant was asked, and what they answered: published with the check, so an edit of what a verdict rests on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput
from annotations.models import ClaimantContact
from annotations.services.base import locked_claim, touch_claim, writing
from annotations.services.verdict_edits import reopen_for_edit

FIELDS = ("asked_at", "channel", "response", "responded_at", "waived_reason")


def save_contact(*, person: User, claim_id: UUID | str, now: datetime, **values: Any) -> ClaimantContact:
    """Set asked_at, channel, response, responded_at, waived_reason; what is not named stays. Raises InvalidInput."""
    check_permission(person, "claim.write")
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise InvalidInput(f"A contact has no field {', '.join(sorted(unknown))}. Nothing was saved.")
    with writing(person):
        claim = locked_claim(claim_id)
        contact = ClaimantContact.objects.filter(claim=claim).first() or ClaimantContact(claim=claim)
        changed = {name: value for name, value in values.items() if getattr(contact, name) != value}
        if not changed:
            return contact
        for name, value in changed.items():
            setattr(contact, name, value)
        _check(contact)
        contact.updated_by = person
        reopen_for_edit(claim, person=person, now=now)
        contact.save()
        touch_claim(claim, now=now)
    return contact


def _check(contact: ClaimantContact) -> None:
    if contact.waived_reason.strip() and contact.asked_at:
        raise InvalidInput(
            "The claimant was asked, so there is nothing to waive: clear one of the two. Your words are in the form."
        )
    if contact.response.strip() and not contact.asked_at:
        raise InvalidInput("Say when the claimant was asked. Your words are still in the form.")
    if contact.asked_at and contact.responded_at and contact.responded_at < contact.asked_at:
        raise InvalidInput("The answer is older than the question. Your words are still in the form.")
