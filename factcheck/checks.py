"""System checks: what must be right before real work is done here. `manage.py check --deploy` runs all of them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_SAME_ROLE = "The app connects to the database as the role that owns its tables."
_SAME_ROLE_HINT = (
    "Set DATABASE_URL to a role that owns nothing and MIGRATE_DATABASE_URL to the owner; migrations grant the rest. "
    "With one role for both, the guards against changing history bind nobody who can write SQL."
)
_KEY_HINT = "Set SECRET_KEY to at least 50 random characters, such as Python's secrets.token_urlsafe(50)."
Apps = Sequence[AppConfig] | None


def _is_one_role() -> bool:
    return bool(settings.DATABASES["default"]["USER"] == settings.DATABASES["owner"]["USER"])


@register(Tags.security)
def check_roles_differ(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    return [checks.Warning(_SAME_ROLE, hint=_SAME_ROLE_HINT, id="factcheck.W001")] if _is_one_role() else []


@register(Tags.security, deploy=True)
def check_roles_differ_deployed(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    return [Error(_SAME_ROLE, hint=_SAME_ROLE_HINT, id="factcheck.E001")] if _is_one_role() else []


@register(Tags.database)
def check_app_owns_nothing(
    app_configs: Apps, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Ask the database itself (`check --database default`): a name in a URL proves little."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _is_one_role():
        return []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, (SELECT count(*) FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p'))"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        is_superuser, owned = cursor.fetchone() or (False, 0)
    if is_superuser or owned:
        return [Error(_SAME_ROLE, hint=_SAME_ROLE_HINT, id="factcheck.E002")]
    return []


@register(Tags.security, deploy=True)
def check_secret_key(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # what Django says to an empty one
        key = ""
    if len(key) >= 50 and not key.startswith(("insecure-", "django-insecure-")):
        return []
    return [Error("SECRET_KEY is missing, short or the development one.", hint=_KEY_HINT, id="factcheck.E003")]


@register(Tags.security, deploy=True)
def check_modes_are_off(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG: it shows code and settings.", id="factcheck.E004"))
    if settings.DEMO:
        hint = "Unset DEMO: it lets everybody log in as the sample people."
        found.append(Error("DEMO is on.", hint=hint, id="factcheck.E005"))
    return found


@register(Tags.security, deploy=True)
def check_addresses(app_configs: Apps, **_options: Any) -> list[CheckMessage]:
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
