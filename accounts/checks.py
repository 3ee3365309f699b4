"""System check of the settings that decide a request's client address."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from core.network import parse_networks


def check_trusted_proxies(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    try:
        parse_networks(tuple(settings.TRUSTED_PROXIES))
    except ValueError as error:
        hint = "Give addresses or networks in CIDR notation, separated by commas, such as 10.0.0.0/8,::1."
        return [Error(f"TRUSTED_PROXIES is not usable: {error}.", hint=hint, id="accounts.E001")]
    return []
