"""The claim that travels with a person from article to article. It lies in the session: a place to stand, not a record."""

from uuid import UUID

from django.http import HttpRequest

_KEY = "pinned_claim"


def pinned_claim_id(request: HttpRequest) -> UUID | None:
    value = request.session.get(_KEY)
    return UUID(value) if value else None


def toggle_pin(request: HttpRequest, claim_id: UUID) -> bool:
    """Pin the claim, or let it go where it is the pinned one. Answers whether it is pinned now."""
    if pinned_claim_id(request) == claim_id:
        del request.session[_KEY]
        return False
    request.session[_KEY] = str(claim_id)
    return True


def pin(request: HttpRequest, claim_id: UUID | None) -> None:
    if claim_id is None:
        request.session.pop(_KEY, None)
    else:
        request.session[_KEY] = str(claim_id)
