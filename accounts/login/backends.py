"""Who is logged in: allauth's backend, reading the person and their roles in one query."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from accounts.lookups import active_person
from accounts.models import User


class DeskBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """None for an inactive person: their sessions end with the next request, whatever their cookie says."""
        try:
            return active_person(UUID(str(user_id)))
        except ValueError:
            return None
