"""Create, change and deactivate people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts.audit import acting
from accounts.models import ApiToken, Invitation, Session, User
from accounts.permissions import Role, check_permission
from accounts.services.validation import KEPT, clean_email, clean_roles, clean_text, clean_time_zone, invalid
from core.errors import WrongState
from core.ids import uuid7
from core.notices import tell_of_access


class PersonExists(WrongState):
    code = "person-exists"


class LastAdmin(WrongState):
    code = "last-admin"


@dataclass(frozen=True)
class Departure:
    """The result of a deactivation: ended sessions and tokens, and tokens made for others, which stay valid."""

    sessions: int
    tokens: int
    invitations: int
    tokens_for_others: list[ApiToken]


def create_person(*, email: str, name: str, roles: Iterable[str], password: str, admin: User | None = None) -> User:
    """Create an account with a verified address: for operators and the demo.

    `admin` answers for it in the trail; None only makes the first people, while the desk has no active admin (the
    database refuses it later). The password's strength is the caller's concern; people who are invited choose theirs
    in `accept_invitation`.
    """
    if admin is not None:
        check_permission(admin, "people.manage")
    elif _has_admin():
        raise WrongState(
            gettext("The desk has an administrator, who has to answer for a new account. Nothing was created.")
        )
    with acting(admin):
        return add_person(email=email, name=name, roles=roles, password=password)


def _has_admin() -> bool:
    return User.objects.filter(is_active=True, groups__name=Role.ADMIN).exists()


def add_person(*, email: str, name: str, roles: Iterable[str], password: str, person_id: UUID | None = None) -> User:
    """Create account, verified address and roles inside the caller's transaction."""
    person = User(id=person_id or uuid7(), email=clean_email(email), name=clean_text("name", name, longest=120))
    wanted = clean_roles(roles)
    if not password:
        raise invalid("password", "required", gettext("The password must not be empty."))
    person.set_password(password)
    try:
        # A savepoint: after a failed INSERT Postgres refuses the rest of the caller's transaction.
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise PersonExists(
            gettext("There is an account for {email} already. {kept}").format(email=person.email, kept=gettext(KEPT))
        ) from error
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    person.groups.set(_groups(wanted))
    return person


def set_roles(*, admin: User, person: User, roles: Iterable[str]) -> User:
    """Give the person exactly these roles. The desk keeps at least one active admin."""
    check_permission(admin, "people.manage")
    wanted = clean_roles(roles)
    with acting(admin):
        _lock_admins()
        if Role.ADMIN not in wanted:
            _check_not_last_admin(person)
        # The admin's role goes last: who steps down acts as an admin until then.
        person.groups.add(*_groups(wanted))
        others = person.groups.exclude(name__in=wanted)
        person.groups.remove(*others.exclude(name=Role.ADMIN))
        person.groups.remove(*others.filter(name=Role.ADMIN))
    # Cached on the instance since it was read.
    person.__dict__.pop("roles", None)
    tell_of_access()
    return person


def deactivate_person(*, admin: User, person: User, now: datetime) -> Departure:
    """End a person's access: sessions, tokens and sent invitations, in one transaction.

    What they wrote keeps their name. Tokens they made for other people are left and listed: they know the secret,
    but revoking those here would silence a CMS unasked.
    """
    check_permission(admin, "people.manage")
    with acting(admin):
        _lock_admins()
        _check_not_last_admin(person)
        if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
            raise WrongState(gettext("{person} is deactivated already. Nothing was changed.").format(person=person))
        departure = _end_access(person, now)
    person.is_active = False
    return departure


def reactivate_person(*, admin: User, person: User) -> User:
    """Restore a person's access and roles. Their tokens stay revoked."""
    check_permission(admin, "people.manage")
    with acting(admin):
        if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            raise WrongState(gettext("{person} is active already. Nothing was changed.").format(person=person))
    person.is_active = True
    return person


def update_profile(*, person: User, name: str, time_zone: str, notify_by: str, has_single_keys: bool) -> User:
    person.name = clean_text("name", name, longest=120)
    person.time_zone = clean_time_zone(time_zone)
    if notify_by not in {"at_once", "digest", "none"}:
        raise invalid("notify_by", "invalid", gettext("Choose at once, a daily digest or no mail."))
    person.notify_by = notify_by
    person.has_single_keys = has_single_keys
    with acting(person):
        person.save(update_fields=["name", "time_zone", "notify_by", "has_single_keys"])
    return person


def _groups(roles: list[str]) -> list[Group]:
    groups = list(Group.objects.filter(name__in=roles))
    if len(groups) != len(roles):
        raise RuntimeError("The groups of the roles are missing: run the migrations.")
    return groups


def _lock_admins() -> None:
    """Lock the admins: two admins must not remove each other at once."""
    # The group's row stands for all admins: locking the people would miss one who becomes an admin meanwhile.
    Group.objects.select_for_update().get(name=Role.ADMIN)


def _check_not_last_admin(person: User) -> None:
    others = User.objects.filter(is_active=True, groups__name=Role.ADMIN).exclude(pk=person.pk)
    is_admin = User.objects.filter(pk=person.pk, is_active=True, groups__name=Role.ADMIN).exists()
    if is_admin and not others.exists():
        raise LastAdmin(
            gettext(
                "{person} is the desk's only admin. Make somebody else an admin first; nothing was changed."
            ).format(person=person)
        )


def _end_access(person: User, now: datetime) -> Departure:
    sessions, _ = Session.objects.filter(user_id=person.pk).delete()
    tell_of_access()
    tokens = ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=now)
    open_invitations = Invitation.objects.filter(invited_by=person, accepted_at=None, revoked_at=None)
    invitations = open_invitations.update(revoked_at=now)
    is_usable = Q(expires_at=None) | Q(expires_at__gt=now)
    left = ApiToken.objects.filter(is_usable, created_by=person, revoked_at=None).select_related("user")
    return Departure(sessions, tokens, invitations, list(left))
