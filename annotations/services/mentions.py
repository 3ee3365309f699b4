"""@Name in a comment calls a colleague."""

import re
from collections import Counter
from uuid import UUID

from accounts.models import User


def mentioned_in(body: str) -> list[UUID]:
    """Active people whose full name, or first name where one alone bears it, follows an @. No query without an @."""
    if "@" not in body:
        return []
    people = User.objects.filter(is_active=True).exclude(name="").order_by("pk").values_list("pk", "name")
    named = [(pk, name, name.split()[0].casefold()) for pk, name in people]
    firsts = Counter(first for _, _, first in named)
    return [pk for pk, name, first in named if _calls(body, name) or (firsts[first] == 1 and _calls(body, first))]


def _calls(body: str, name: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", body, re.IGNORECASE) is not None
