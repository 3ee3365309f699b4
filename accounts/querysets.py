"""Queries of people together with their roles."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

if TYPE_CHECKING:
    from accounts.models import ApiToken, User


def _role_names() -> ArraySubquery:
    """Return an expression for a person's role names as an array."""
    return ArraySubquery(Group.objects.filter(user=OuterRef("pk")).order_by("name").values("name"))


def prime_roles(user: "User", names: list[str]) -> "User":
    """Set `user.roles`, which would otherwise query."""
    user.__dict__["roles"] = frozenset(names)
    return user


def with_roles(people: "QuerySet[User, Any]") -> "list[User]":
    """Return the people of a queryset with `roles` loaded, in one query."""
    return [prime_roles(person, person.role_names) for person in people.annotate(role_names=_role_names())]


def visible_tokens(person: "User") -> "QuerySet[ApiToken]":
    """Return the tokens a person may see, newest first: all for an admin, else their own."""
    from accounts.models import ApiToken
    from accounts.permissions import has_permission

    tokens = ApiToken.objects.select_related("user", "created_by")
    return tokens if has_permission(person, "token.manage") else tokens.filter(user=person)
