"""The session engine (SESSION_ENGINE): Django's database sessions, of no use to whoever reads or writes their table.

A row is found by the digest of the cookie's key: a copy of the database signs nobody in. Its data are signed together with the
key: one person's data in the row of another open nothing. The person's id stands in a column of its own.
"""

from functools import cache
from hashlib import sha256
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from core.database.composed import SOME_TEXT, SOME_TIME, Composed
from core.notices import tell_of_access


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session  # Django loads the engine before the models

        return Session

    @property
    def key_salt(self) -> str:
        return f"accounts.login.sessions:{self.session_key}"

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        instance: Any = super().create_model_instance(data)
        instance.session_key = stored_key(instance.session_key)
        instance.user_id = data.get(SESSION_KEY)
        return instance

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=stored_key(key)).delete()
            tell_of_access()

    def _get_session_from_db(self) -> Any:
        key = stored_key(self.session_key or "")
        found = _session().first(key, timezone.now())
        if found is None:
            self._session_key = None
        return found

    # Django writes these apart from their blocking twins, so both have to be replaced.
    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        return await sync_to_async(self.create_model_instance)(data)

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)

    async def _aget_session_from_db(self) -> Any:
        return await sync_to_async(self._get_session_from_db)()


@cache
def _session() -> Composed[Any]:
    """Every page reads its session, and composing the query took as long as reading it (2026-12-01)."""
    sessions = SessionStore.get_model_class().objects
    return Composed(
        lambda key, now: sessions.filter(session_key=key, expire_date__gt=now).order_by("pk"), SOME_TEXT, SOME_TIME
    )


def stored_key(session_key: str) -> str:
    """Return what the table holds of a key: 160 bits of its SHA-256, as long as Django's column."""
    return sha256(session_key.encode()).hexdigest()[:40]
