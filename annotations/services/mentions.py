"""@Name in a comment calls a colleague: whom it can call, and whom it called."""

import re
from collections import Counter
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When

from accounts.models import User
from accounts.permissions import PERMISSIONS, check_permission

MOST = 8


def people_to_mention(*, person: User, words: str) -> list[User]:
    """At most eight colleagues whose name, or a part of it, begins with the words; those who begin with them first."""
    check_permission(person, "comment.write")
    words = " ".join(words.split())[:100]
    found = _readers().exclude(pk=person.pk)
    found = found.filter(Q(name__istartswith=words) | Q(name__icontains=f" {words}"))
    begins = Case(When(name__istartswith=words, then=0), default=1)
    return list(found.annotate(place=begins).order_by("place", "name", "pk")[:MOST])


def mentioned_in(body: str) -> list[UUID]:
    """Those who may read it and whose full name, or first name where one alone bears it, follows an @. No query without."""
    if "@" not in body:
        return []
    people = _readers().order_by("pk").values_list("pk", "name")
    named = [(pk, name, name.split()[0].casefold()) for pk, name in people]
    firsts = Counter(first for _, _, first in named)
    return [pk for pk, name, first in named if _calls(body, name) or (firsts[first] == 1 and _calls(body, first))]


def _readers() -> QuerySet[User]:
    """Who is active, has a name and may read the desk's discussions."""
    roles = [str(role) for role in PERMISSIONS["desk.read"]]
    return User.objects.filter(is_active=True, groups__name__in=roles).exclude(name="").distinct()


def _calls(body: str, name: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", body, re.IGNORECASE) is not None
