"""Invitations: the only way in. The secret is returned once, for the mail; the row keeps its SHA-256."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import Invitation, User
from accounts.permissions import check_permission
from accounts.services.people import PersonExists, add_person
from accounts.services.validation import KEPT, clean_email, clean_roles, clean_text, sha256_hex
from core.errors import (
    Gone,
    InvalidInput,
    NotFound,
    WrongState,
)
from core.ids import uuid7

LIFETIME = timedelta(days=7)
# 256 bits: nobody guesses them, so the stored digest need not be slow.
_SECRET_BYTES = 32


def invite_person(
    *, inviter: User, email: str, name: str, roles: Iterable[str], now: datetime
) -> tuple[Invitation, str]:
    """Create an invitation. Returns it with the link's secret; the caller sends the mail after commit."""
    check_permission(inviter, "people.manage")
    address, wanted = clean_email(email), clean_roles(roles)
    if User.objects.filter(email=address).exists():
        raise PersonExists(
            _("There is an account for {address} already; change its roles instead. {kept}").format(
                address=address, kept=_(KEPT)
            )
        )
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    invitation = Invitation(
        email=address,
        name=clean_text("name", name, longest=120) if name.strip() else "",
        roles=wanted,
        secret_sha256=sha256_hex(secret),
        invited_by=inviter,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    with acting(inviter):
        # An expired one still holds the address: a constraint allows one open invitation for each.
        _open().filter(email=address, expires_at__lte=now).update(revoked_at=now)
        _insert(invitation)
    return invitation, secret


def renew_invitation(*, inviter: User, invitation: Invitation, now: datetime) -> tuple[Invitation, str]:
    """Replace the link with a new one of full lifetime. The old link stops working."""
    check_permission(inviter, "people.manage")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with acting(inviter):
        changed = _open().filter(pk=invitation.pk).update(secret_sha256=sha256_hex(secret), expires_at=now + LIFETIME)
        _check_changed(changed)
    invitation.refresh_from_db()
    return invitation, secret


def revoke_invitation(*, admin: User, invitation: Invitation, now: datetime) -> None:
    check_permission(admin, "people.manage")
    with acting(admin):
        _check_changed(_open().filter(pk=invitation.pk).update(revoked_at=now))


def find_open_invitation(*, secret: str, now: datetime) -> Invitation:
    """Return a link's invitation. Raises NotFound or Gone with advice."""
    found = Invitation.objects.filter(secret_sha256=sha256_hex(secret)).select_related("invited_by").first()
    if found is None:
        raise NotFound(_("This invitation link is not known. Check that it is complete, or ask for a new one."))
    if found.accepted_at is not None:
        raise Gone(_("This invitation was accepted already. Sign in with your e-mail address and password."))
    if found.revoked_at is not None or found.expires_at <= now:
        raise Gone(_("This invitation has expired or was taken back. Ask the person who invited you for a new one."))
    return found


def accept_invitation(*, secret: str, name: str, password: str, now: datetime) -> User:
    """Create the invited account with a verified address. On a race one caller wins."""
    invitation = find_open_invitation(secret=secret, now=now)
    _check_password(password, User(email=invitation.email, name=name))
    person_id = uuid7()
    with acting(person_id), connection.cursor() as cursor:
        # The guard compares it with the row's digest; local to the transaction, like the actor's name.
        cursor.execute("SELECT set_config('factcheck.invitation', %s, true)", [secret])
        # Of two browsers with one link the second changes no row here.
        if not _open().filter(pk=invitation.pk, expires_at__gt=now).update(accepted_at=now):
            raise Gone(_("This invitation was used or taken back a moment ago. Try to sign in, or ask for a new one."))
        return add_person(
            email=invitation.email, name=name, roles=invitation.roles, password=password, person_id=person_id
        )


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, revoked_at=None)


def _insert(invitation: Invitation) -> None:
    try:
        # A savepoint: after a failed INSERT Postgres refuses the rest of the caller's transaction.
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise WrongState(
            _("{email} has an open invitation already; send that one again or take it back. {kept}").format(
                email=invitation.email, kept=_(KEPT)
            )
        ) from error


def _check_changed(count: int) -> None:
    if not count:
        raise WrongState(_("This invitation was accepted or taken back in the meantime. Nothing was changed."))


def _check_password(password: str, person: User) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        errors = [{"pointer": "/password", "code": "password-weak", "detail": message} for message in error.messages]
        raise InvalidInput(f"{' '.join(error.messages)} {_(KEPT)}", errors=errors) from error
