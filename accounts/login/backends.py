"""Authentication backend: allauth's, loading the person and their roles in one query."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from accounts.lookups import active_person
from accounts.models import User


class DeskBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """Return the person, or None if inactive: their sessions end with the next request."""
        try:
            return active_person(UUID(str(user_id)))
        except ValueError:
            return None
