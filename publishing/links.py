"""Public addresses of fact-checks. Absolute, from SITE_URL, because they stay in documents for years."""

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings


def fact_check_url(slug: str) -> str:
    return f"{settings.SITE_URL}/fact-checks/{slug}/"


def fact_check_api_url(fact_check_id: UUID | str) -> str:
    return api_url(f"fact-checks/{fact_check_id}")


def api_url(path: str) -> str:
    return f"{settings.SITE_URL}/api/v1/{path}"


def site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
