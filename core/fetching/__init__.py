"""Outgoing requests: every request to an address from outside goes through here.

    page = fetch("https://example.org/story")      # redirects followed, robots.txt respected, body bounded
    answer = request("POST", url, body=b"...", headers={...})    # one request, no redirects: webhooks

Each connection goes to an address that was checked to be public (see `addresses`), with the name's own Host and SNI.
FETCH_ALLOWED_HOSTS names hosts of an intranet that need not be public.
"""

from core.fetching.client import Answer, Limits, request
from core.fetching.errors import (
    AddressRefused,
    BadAnswer,
    FetchError,
    FetchTimedOut,
    RobotsRefused,
    TooManyRedirects,
    TooMuch,
)
from core.fetching.pages import Page, fetch

__all__ = [
    "AddressRefused",
    "Answer",
    "BadAnswer",
    "FetchError",
    "FetchTimedOut",
    "Limits",
    "Page",
    "RobotsRefused",
    "TooManyRedirects",
    "TooMuch",
    "fetch",
    "request",
]
