"""Authentication backend: allauth's, loading the person and their roles in one query."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from accounts.audit import acting
from accounts.lookups import active_person
from accounts.models import User


class DeskBackend(AuthenticationBackend):
    def _check_password(self, user: Any, password: str) -> Any:
        """Check the password. Django may rehash a correct one with more rounds, so the person is the actor."""
        if user is None:
            return super()._check_password(user, password)
        with acting(user.pk):
            return super()._check_password(user, password)

    def get_user(self, user_id: Any) -> User | None:
        """Return the person, or None if inactive: their sessions end with the next request."""
        try:
            return active_person(UUID(str(user_id)))
        except ValueError:
            return None
