"""Reads of people that bring their roles along."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

if TYPE_CHECKING:
    from accounts.models import ApiToken, User


def role_names() -> ArraySubquery:
    """The names of a person's groups as an array."""
    return ArraySubquery(Group.objects.filter(user=OuterRef("pk")).order_by("name").values("name"))


def prime_roles(user: "User", names: list[str]) -> "User":
    """Give `user.roles` its value without the query it would make."""
    user.__dict__["roles"] = frozenset(names)
    return user


def with_roles(people: "QuerySet[User, Any]") -> "list[User]":
    """The people of a queryset, each with `roles` read already: one query whatever their number."""
    return [prime_roles(person, person.role_names) for person in people.annotate(role_names=role_names())]


def visible_tokens(person: "User") -> "QuerySet[ApiToken]":
    """All tokens for an admin, one's own for everybody else; the newest first."""
    from accounts.models import ApiToken
    from accounts.permissions import has_permission

    tokens = ApiToken.objects.select_related("user", "created_by")
    return tokens if has_permission(person, "token.manage") else tokens.filter(user=person)
