"""Who is logged in: allauth's backend, reading the person and their roles in one query."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.querysets import with_roles


class DeskBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    def get_user(self, user_id: Any) -> User | None:
        """None for an inactive person: their sessions end with the next request, whatever their cookie says."""
        try:
            people = with_roles(User.objects.filter(pk=UUID(str(user_id)), is_active=True))
        except (ValueError, ValidationError):
            return None
        return people[0] if people else None
