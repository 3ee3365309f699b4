"""Validate names, addresses, roles and secrets, with errors that point at the field."""

import hashlib
import zoneinfo
from collections.abc import Iterable
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.permissions import Role
from core.errors import InvalidInput

KEPT = gettext_noop("Nothing was saved.")


def invalid(field: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(f"{detail} {_(KEPT)}", errors=[{"pointer": f"/{field}", "code": code, "detail": detail}])


def clean_email(email: str) -> str:
    # RFC 5321 lets a server tell cases apart before the @. None does, and people type both.
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise invalid(
            "email", "email-invalid", _("“{address}” is not an e-mail address.").format(address=email.strip())
        ) from error
    return address


def clean_text(field: str, value: str, *, longest: int) -> str:
    """Return one non-empty line of text. Raises InvalidInput."""
    text = " ".join(value.split())
    # Postgres stores no NUL.
    if not text or "\0" in text:
        raise invalid(field, "required", _("The {field} must not be empty.").format(field=field))
    if len(text) > longest:
        raise invalid(
            field,
            "too-long",
            _("The {field} can have at most {longest} characters.").format(field=field, longest=longest),
        )
    return text


def clean_roles(roles: Iterable[str]) -> list[str]:
    """Return the known roles once each, in table order. Raises InvalidInput for none or unknown ones."""
    given = {str(role).strip() for role in roles}
    known = [role.value for role in Role]
    unknown = sorted(given.difference(known))
    if unknown:
        raise invalid(
            "roles",
            "role-unknown",
            _("There is no role {unknown}; choose from {known}.").format(
                unknown=", ".join(unknown), known=", ".join(known)
            ),
        )
    if not given:
        raise invalid("roles", "required", _("Choose at least one role: {known}.").format(known=", ".join(known)))
    return [role for role in known if role in given]


@cache
def time_zones() -> frozenset[str]:
    """Return the system's time zone names, cached: reading them walks hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def clean_time_zone(name: str) -> str:
    if name not in time_zones():
        raise invalid(
            "time_zone",
            "time-zone-unknown",
            _("There is no time zone “{name}”, such as Europe/Berlin.").format(name=name),
        )
    return name


def known_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Return the time zone, or None if the system does not know the stored name."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def sha256_hex(secret: str) -> str:
    """Return the SHA-256 in hex. Secrets of 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
