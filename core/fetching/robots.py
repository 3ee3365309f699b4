"""robots.txt (RFC 9309), cached for an hour."""

from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.core.cache import cache

from core.fetching.client import Answer

_REMEMBERED_SECONDS = 3600  # RFC 9309 allows a day; a site that opens up is noticed sooner
_MOST = 100_000  # code points


def is_allowed(url: str, read: Callable[[str], Answer | None]) -> bool:
    """Return whether the site allows our user agent. `read` fetches the rules, None if there are none."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    # Cache keys have at most 250 characters.
    key = f"robots:{origin}"[:240]
    rules = cache.get(key)
    if rules is None:
        answer = read(f"{origin}/robots.txt")
        rules = answer.body.decode("utf-8", "replace")[:_MOST] if answer else ""
        cache.set(key, rules, _REMEMBERED_SECONDS)
    parser = RobotFileParser()
    parser.parse(rules.splitlines())
    return parser.can_fetch(_product(), url)


def _product() -> str:
    """Return our product token: the first word of the user agent, without its version."""
    return str(settings.FETCH_USER_AGENT).split("/")[0].split(" ")[0]
