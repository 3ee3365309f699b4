"""The numbers of the top bar, for every page that draws it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from board.services.my_work import waiting_for


def waiting(request: HttpRequest) -> dict[str, Any]:
    """Add `nav_counts`, lazily.

    Only a page that draws the bar pays for its query; a fragment does not.
    """
    return {"nav_counts": SimpleLazyObject(lambda: _count_work(request))}


def _count_work(request: HttpRequest) -> dict[str, int]:
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return {}
    found = waiting_for(person, now=timezone.now())
    return {"my_work": found.my_work, "unread": found.unread}
