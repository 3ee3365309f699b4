"""System checks before real work. `manage.py check --deploy` runs all of them."""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from core.database.grants import excess_rights
from core.database.guards import loose_guards

logger = logging.getLogger(__name__)

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_SAME_ROLE = "The app connects to the database as the role that owns its tables."
_SAME_ROLE_HINT = (
    "Set DATABASE_URL to a role that owns nothing and MIGRATE_DATABASE_URL to the owner; migrations grant the rest. "
    "With one role for both, the guards against changing history bind nobody who can write SQL."
)
_EXCESS_HINT = (
    "With it four eyes and the audit trail can be switched off in SQL. Run `migrate` as the owner (MIGRATE_DATABASE_URL),"
    " who revokes what migrations can revoke; docs/operations.md has the rest under Database roles."
)
_LOOSE_HINT = (
    "Somebody with the rights of the tables' owner did that. Find out who and why before the desk goes on: `verify_audit` tells"
    " what was written meanwhile. docs/operations.md says under Database roles how the owner installs the SQL again."
)
_KEY_HINT = "Set SECRET_KEY to at least 50 random characters, such as Python's secrets.token_urlsafe(50)."
Apps = Sequence[AppConfig] | None


def _is_one_role() -> bool:
    return bool(settings.DATABASES["default"]["USER"] == settings.DATABASES["owner"]["USER"])


@register(Tags.security)
def _check_roles_differ(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    return [checks.Warning(_SAME_ROLE, hint=_SAME_ROLE_HINT, id="factcheck.W001")] if _is_one_role() else []


@register(Tags.security, deploy=True)
def _check_roles_differ_deployed(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    return [Error(_SAME_ROLE, hint=_SAME_ROLE_HINT, id="factcheck.E001")] if _is_one_role() else []


@register(Tags.database)
def _check_app_owns_nothing(
    app_configs: Apps, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Ask the database for the role's rights (`check --database default`)."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _is_one_role():
        return []
    return [
        Error(f"The app's database role {right}.", hint=_EXCESS_HINT, id="factcheck.E002")
        for right in excess_rights(connections[DEFAULT_DB_ALIAS])
    ]


@register(Tags.database)
def _check_guards_are_on(
    app_configs: Apps, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Ask the database for its triggers (`check --database default`)."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    return [
        Error(f"The guard {guard}.", hint=_LOOSE_HINT, id="factcheck.E009")
        for guard in loose_guards(connections[DEFAULT_DB_ALIAS])
    ]


def refuse_unsafe_database() -> None:
    """Refuse to serve or to work where the guards could be got around, or are off. Raises ImproperlyConfigured.

    A database that does not answer yet is no reason: pages say so themselves, and `check --database default` asks again.
    """
    database = connections[DEFAULT_DB_ALIAS]
    try:
        rights, guards = excess_rights(database), loose_guards(database)
    except OperationalError:
        logger.warning("the guards of the database were not checked: it does not answer")
        return
    finally:
        database.close()
    if rights:
        raise ImproperlyConfigured(f"The app's database role {', '.join(rights)}. {_EXCESS_HINT}")
    if guards:
        raise ImproperlyConfigured(f"Not started, because the guard {', the guard '.join(guards)}. {_LOOSE_HINT}")


@register(Tags.security, deploy=True)
def _check_secret_key(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # what Django says to an empty one
        key = ""
    if len(key) >= 50 and not key.startswith(("insecure-", "django-insecure-")):
        return []
    return [Error("SECRET_KEY is missing, short or the development one.", hint=_KEY_HINT, id="factcheck.E003")]


@register(Tags.security, deploy=True)
def _check_modes_are_off(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG: it shows code and settings.", id="factcheck.E004"))
    if settings.DEMO:
        hint = "Unset DEMO: it lets everybody log in as the sample people."
        found.append(Error("DEMO is on.", hint=hint, id="factcheck.E005"))
    return found


@register(Tags.security)
def _check_proxies(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    """Check that a TLS proxy is trusted; otherwise every request is redirected for ever."""
    if not settings.BEHIND_TLS_PROXY or settings.TRUSTED_PROXIES:
        return []
    hint = "Set TRUSTED_PROXIES to the addresses of the proxy that ends TLS; X-Forwarded-* counts only from there."
    return [Error("BEHIND_TLS_PROXY is on and TRUSTED_PROXIES is empty.", hint=hint, id="factcheck.E008")]


@register(Tags.security, deploy=True)
def _check_addresses(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        hint = "Set SITE_URL to the public https address; secure cookies, HSTS and links follow it."
        found.append(Error("SITE_URL is not https.", hint=hint, id="factcheck.E006"))
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts or not hosts - _LOCAL_HOSTS:
        hint = f"Set ALLOWED_HOSTS to the names readers use, such as {site.hostname}."
        found.append(Error("ALLOWED_HOSTS names no public host, or all.", hint=hint, id="factcheck.E007"))
    return found
