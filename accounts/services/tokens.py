"""Tokens let a program act as a person, within its scopes and that person's roles."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.audit import acting
from accounts.lookups import token_by_hash
from accounts.models import ApiToken, User
from accounts.permissions import check_permission
from accounts.scopes import SCOPES
from accounts.services.validation import clean_text, invalid, sha256_hex
from core.errors import DomainError, NotPermitted, WrongState
from core.network import Address, is_within, parse_networks

PREFIX = "fct_"
DEFAULT_RATE_PER_MINUTE = 600
_SECRET_BYTES = 32  # 256 random bits cannot be guessed, so a plain SHA-256 protects them
_SHOWN_CHARACTERS = 12  # enough to recognise a token in the list, too few to use it
_LAST_USED_STEP = timedelta(minutes=1)  # otherwise every request would write a row
_MOST_ORIGINS = 20
# Pages over TLS, plug-ins by their id, and the machine of whoever writes one.
_ORIGIN = re.compile(
    r"https://[a-z0-9.-]+(?::\d{1,5})?|http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?"
    r"|(?:chrome-extension|moz-extension|safari-web-extension)://[a-z0-9-]+"
)


class InvalidToken(DomainError):
    status = 401
    code = "invalid-token"
    title = gettext_noop("This token does not work")


class TokenNotAllowedHere(NotPermitted):
    code = "token-network"


def create_token(
    *,
    creator: User,
    user: User,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
    allowed_networks: Iterable[str] = (),
    allowed_origins: Iterable[str] = (),
    rate: int = DEFAULT_RATE_PER_MINUTE,
) -> tuple[ApiToken, str]:
    """Create a token that acts as `user`. Returns it with its secret, shown once. For others: admins only."""
    _check_may_manage(creator, user)
    if not user.is_active:
        raise WrongState(_("{user} is deactivated and cannot have a token. Nothing was created.").format(user=user))
    plaintext = _new_secret()
    token = ApiToken(
        user=user,
        created_by=creator,
        name=clean_text("name", name, longest=80),
        prefix=plaintext[:_SHOWN_CHARACTERS],
        secret_sha256=sha256_hex(plaintext),
        scopes=_clean_scopes(scopes),
        allowed_networks=_clean_networks(allowed_networks),
        allowed_origins=_clean_origins(allowed_origins),
        rate_per_minute=_clean_rate(rate),
        created_at=now,
        expires_at=_clean_expiry(expires_at, now),
    )
    with acting(creator):
        token.save(force_insert=True)
    return token, plaintext


def rotate_token(*, person: User, token: ApiToken, now: datetime) -> tuple[ApiToken, str]:
    """Replace the token's secret. The old one stops working at once.

    Whoever rotates is its creator from now on: they know the secret, so what they wrote it cannot approve.
    """
    _check_may_manage(person, token.user)
    plaintext = _new_secret()
    with acting(person):
        changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
            secret_sha256=sha256_hex(plaintext),
            prefix=plaintext[:_SHOWN_CHARACTERS],
            created_by=person,
            last_used_at=None,
        )
        if not changed:
            raise WrongState(_("This token is revoked; make a new one instead. Nothing was changed."))
    token.refresh_from_db()
    return token, plaintext


def revoke_token(*, person: User, token: ApiToken, now: datetime) -> None:
    """End the token at once and for good."""
    _check_may_manage(person, token.user)
    with acting(person):
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            raise WrongState(_("This token is revoked already. Nothing was changed."))


def use_token(*, plaintext: str, address: Address | None, now: datetime) -> ApiToken:
    """Return the token with its user and roles, in one query. Raises InvalidToken, TokenNotAllowedHere.

    Every plaintext is hashed and looked up alike. `last_used_at` is written once a minute at most.
    """
    token = token_by_hash(sha256_hex(plaintext))
    if token is None:
        raise InvalidToken(_("The token is not known. Send one that was issued here, complete and unchanged."))
    _check_usable(token, now)
    if token.allowed_networks and not is_within(address, parse_networks(tuple(token.allowed_networks))):
        raise TokenNotAllowedHere(
            _(
                "The token cannot be used from {address}; nothing was done. Whoever made it set the networks it works"
                " from, on the settings page for tokens."
            ).format(address=address or _("an unknown address"))
        )
    _note_use(token, now)
    return token


def _clean_scopes(scopes: Iterable[str]) -> list[str]:
    """Return the known scopes once each, in table order. Raises InvalidInput for none or unknown ones."""
    given = {str(scope).strip() for scope in scopes}
    unknown = sorted(given.difference(SCOPES))
    if unknown:
        detail = _("There is no scope {unknown}. The scopes are: {scopes}.").format(
            unknown=", ".join(unknown), scopes=", ".join(SCOPES)
        )
        raise invalid("scopes", "scope-unknown", detail)
    if not given:
        raise invalid("scopes", "required", _("Choose at least one scope: {scopes}.").format(scopes=", ".join(SCOPES)))
    return [scope for scope in SCOPES if scope in given]


def _clean_networks(networks: Iterable[str]) -> list[str]:
    given = [network.strip() for network in networks if network.strip()]
    try:
        return [str(network) for network in parse_networks(tuple(given))]
    except ValueError as error:
        detail = _("{problem}: give addresses or networks such as 203.0.113.7 or 2001:db8::/48.").format(problem=error)
        raise invalid("allowed_networks", "network-invalid", detail) from error


def _clean_origins(origins: Iterable[str]) -> list[str]:
    """Return origins as browsers send them, once each. Raises InvalidInput for what is no origin of a page or plug-in."""
    given = list(dict.fromkeys(origin.strip().lower().rstrip("/") for origin in origins if origin.strip()))
    bad = [origin for origin in given if len(origin) > 200 or not _ORIGIN.fullmatch(origin)]
    if bad or len(given) > _MOST_ORIGINS:
        detail = _(
            "Give up to {limit} origins such as https://cms.example.com, without a path. Patterns are not accepted."
        ).format(limit=_MOST_ORIGINS)
        raise invalid(
            "allowed_origins",
            "origin-invalid",
            _("{origin} is not an origin. {detail}").format(origin=bad[0][:80], detail=detail) if bad else detail,
        )
    return given


def is_allowed_origin(origin: str, *, now: datetime) -> bool:
    """Return whether some usable token may be used from this origin: a browser asks before it sends the token."""
    is_usable = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    # Cut: anybody may ask, with a header of 8 kB, and no stored origin is longer than 200 (`_clean_origins`).
    return ApiToken.objects.filter(is_usable, user__is_active=True, allowed_origins__contains=[origin[:200]]).exists()


def _clean_rate(rate: int) -> int:
    if not 1 <= rate <= 10_000:
        raise invalid("rate", "out-of-range", _("The rate must lie between 1 and 10,000 requests a minute."))
    return rate


def _clean_expiry(expires_at: datetime | None, now: datetime) -> datetime | None:
    if expires_at is not None and expires_at <= now:
        raise invalid("expires_at", "in-the-past", _("The expiry must lie in the future."))
    return expires_at


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def _check_may_manage(person: User, owner: User) -> None:
    check_permission(person, "token.own" if person.pk == owner.pk else "token.manage")


def _check_usable(token: ApiToken, now: datetime) -> None:
    if token.revoked_at is not None:
        raise InvalidToken(_("The token is revoked. Ask the desk for a new one."))
    if token.expires_at is not None and token.expires_at <= now:
        raise InvalidToken(_("The token has expired. Ask the desk for a new one."))
    if not token.user.is_active:
        raise InvalidToken(_("The token's person is no longer active. Ask the desk for a new one."))


def _note_use(token: ApiToken, now: datetime) -> None:
    due = now - _LAST_USED_STEP
    if token.last_used_at is not None and token.last_used_at > due:
        return
    # Asked again by the UPDATE: of many requests at once one writes the row.
    is_due = Q(last_used_at=None) | Q(last_used_at__lte=due)
    ApiToken.objects.filter(is_due, pk=token.pk).update(last_used_at=now)
    token.last_used_at = now
