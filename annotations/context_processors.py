"""The pinned claim, for every page that draws the top bar."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from annotations.models import Claim
from annotations.services.plan import pinned_claim_of


def pinned(request: HttpRequest) -> dict[str, Any]:
    """Add `pinned_claim`, lazily: a fragment draws no bar and asks nothing."""
    return {"pinned_claim": SimpleLazyObject(lambda: _read_pin(request))}


def _read_pin(request: HttpRequest) -> Claim | None:
    person = getattr(request, "user", None)
    return pinned_claim_of(person) if isinstance(person, User) else None
