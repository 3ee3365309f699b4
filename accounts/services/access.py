"""Give a person their access back. It is the operator's work: the database takes it from the owner of its tables alone."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from django.utils.translation import gettext

from accounts.audit import via
from accounts.models import Session, User
from accounts.services.validation import clean_email, invalid
from core.errors import NotFound, WrongState

OPERATOR = "owner"


@dataclass(frozen=True)
class _Reset:
    person: User
    sessions: int
    factors: int


def reset_access(*, email: str, password: str, admin_email: str = "", is_without_factors: bool = False) -> _Reset:
    """Set another password, end all sessions and, if asked, remove the second factors; each is an event of the trail.

    `admin_email` is who answers for it; the trail says otherwise that the owner of the tables did it by command. Raises NotFound,
    InvalidInput, WrongState; the database refuses it where the connection `owner` is the app's role.
    """
    if not password:
        raise invalid("password", "required", gettext("The password must not be empty."))
    admin = _find_admin(admin_email) if admin_email else None
    person = User.objects.filter(email=clean_email(email)).first()
    if person is None:
        raise NotFound(gettext("There is no account for {email}. Nothing was changed.").format(email=email))
    with transaction.atomic(using=OPERATOR):
        _announce(admin)
        User.objects.using(OPERATOR).filter(pk=person.pk).update(password=make_password(password))
        sessions, _ = Session.objects.using(OPERATOR).filter(user_id=person.pk).delete()
        factors = 0
        if is_without_factors:
            factors, _ = Authenticator.objects.using(OPERATOR).filter(user_id=person.pk).delete()
    return _Reset(person, sessions, factors)


def _find_admin(email: str) -> UUID:
    found = User.objects.filter(email=clean_email(email), is_active=True, groups__name="admin").first()
    if found is None:
        raise WrongState(gettext("{email} is not an active administrator. Nothing was changed.").format(email=email))
    return found.pk


def _announce(admin: UUID | None) -> None:
    settings = "SELECT set_config('factcheck.actor', %s, true), set_config('factcheck.via', %s, true)"
    with connections[OPERATOR].cursor() as cursor:
        cursor.execute(settings, [str(admin or ""), via.get()])
