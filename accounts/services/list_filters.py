"""The filters that a list opens with for a person."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import ListFilter, User
from core.database.composed import SOME_ID, SOME_TEXT, Composed
from core.errors import InvalidInput

# A screen that shows chips, and its URL name.
SCREENS = {
    "claims": "annotations:claims",
    "articles": "article_list",
    "review": "publishing:review_queue",
    "rechecks": "annotations:rechecks",
    "imports": "import_list",
    "work": "board:my_work",
}
MAX_LENGTH = 1000


def saved_filter(person: User, screen: str) -> str:
    """Return the query string that the list opens with, "" for the whole list."""
    return _SAVED.first(person.pk, screen) or ""


_SAVED: Composed[Any] = Composed(
    lambda person, screen: (
        ListFilter.objects.filter(person=person, screen=screen).order_by("pk").values_list("query", flat=True)
    ),
    SOME_ID,
    SOME_TEXT,
)


def save_filter(*, person: User, screen: str, query: str) -> None:
    """Keep the filters of a list for this person; an empty query forgets them. Raises InvalidInput."""
    if screen not in SCREENS:
        raise InvalidInput(_("This list keeps no filters. Nothing was saved."))
    if len(query) > MAX_LENGTH:
        raise InvalidInput(_("These filters are too long to be kept. Nothing was saved."))
    if query:
        ListFilter.objects.update_or_create(person=person, screen=screen, defaults={"query": query})
    else:
        ListFilter.objects.filter(person=person, screen=screen).delete()
