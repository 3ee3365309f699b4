"""The numbers and the pinned claim of the top bar, for every page that draws it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from board.services.my_work import Waiting, waiting_for


def waiting(request: HttpRequest) -> dict[str, Any]:
    """Add `nav_counts`, `nav_hidden` and `pinned_claim`, lazily.

    Only a page that draws the bar pays for their query; a fragment does not.
    """
    found = SimpleLazyObject(lambda: _read_bar(request))
    return {
        "nav_counts": SimpleLazyObject(lambda: _count_work(found)),
        # Switched off, they would be a link of the bar to a page that nobody sees.
        "nav_hidden": SimpleLazyObject(lambda: set() if found.has_public_pages else {"publishing:fact_checks"}),
        "pinned_claim": SimpleLazyObject(lambda: found.pinned_claim),
    }


def _read_bar(request: HttpRequest) -> Waiting:
    person = getattr(request, "user", None)
    return waiting_for(person, now=timezone.now()) if isinstance(person, User) else Waiting()


def _count_work(found: Any) -> dict[str, int]:
    return {"my_work": found.my_work, "unread": found.unread}
