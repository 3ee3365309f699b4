"""Admit listeners: sessions of active people who may read the desk."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.db import connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.login.sessions import SessionStore, stored_key
from accounts.models import Session, User
from accounts.permissions import has_permission
from accounts.querysets import with_roles


def people_of(session_keys: Iterable[str]) -> dict[str, str]:
    """Return the person's id for each session that may listen. Closes the thread's database connection.

    Not `django.contrib.auth.get_user`: that gives a session made with an earlier SECRET_KEY a new key, which only a page
    can send back as a cookie.
    """
    try:
        keys = {stored_key(key): key for key in session_keys}
        sessions = list(Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now()))
        ids = {session.user_id for session in sessions if session.user_id}
        people = {person.pk: person for person in with_roles(User.objects.filter(pk__in=ids, is_active=True))}
        return {
            keys[session.session_key]: str(session.user_id)
            for session in sessions
            if session.user_id in people and _may_listen(session, keys[session.session_key], people[session.user_id])
        }
    finally:
        connections.close_all()


def _may_listen(session: Session, key: str, person: User) -> bool:
    data = SessionStore(key).decode(session.session_data)
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    given = data.get(HASH_SESSION_KEY, "")
    valid = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    is_current = any(constant_time_compare(given, value) for value in valid)
    return is_current and has_permission(person, "desk.read")
