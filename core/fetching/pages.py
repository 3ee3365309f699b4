"""Fetch pages and feeds politely: redirects, robots.txt, conditional requests."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.utils.translation import gettext

from core.fetching.client import Answer, Limits, checked_url, request
from core.fetching.connections import Deadline
from core.fetching.errors import BadAnswer, FetchError, RobotsRefused, TooManyRedirects
from core.fetching.robots import is_allowed

_REDIRECTS = {301, 302, 303, 307, 308}  # RFC 9110; 300 and 304 name no new address
# Prefer a page: a server that negotiates may offer JSON as well.
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Page:
    """`url` is the final address. `is_unchanged`: the server answered 304 to our validators."""

    url: str
    body: bytes
    content_type: str
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False


def fetch(url: str, *, etag: str = "", last_modified: str = "", limits: Limits | None = None) -> Page:
    """GET an address. Raises FetchError. The `etag` and `last_modified` of an earlier fetch make it conditional."""
    limits = limits or Limits()
    deadline = Deadline(limits.total_seconds)
    headers = {"Accept": _ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    answer = _follow(url, headers, limits, deadline, respect_robots=True)
    return Page(
        url=answer.url,
        body=answer.body,
        content_type=answer.headers.get("content-type", "")[:120],
        etag=answer.headers.get("etag", "")[:300],
        last_modified=answer.headers.get("last-modified", "")[:100],
        is_unchanged=answer.status == 304,
    )


def _follow(url: str, headers: dict[str, str], limits: Limits, deadline: Deadline, *, respect_robots: bool) -> Answer:
    for _ in range(limits.max_redirects + 1):
        # With every hop: a redirect may lead to another host, with other rules.
        checked_url(url)
        if respect_robots:
            _check_robots(url, limits, deadline)
        answer = request("GET", url, headers=headers, limits=limits, deadline=deadline)
        target = answer.headers.get("location", "")
        if answer.status not in _REDIRECTS or not target:
            return _good(answer)
        url = urljoin(url, target)
    raise TooManyRedirects(
        gettext("The address redirects more than {limit} times. Nothing was stored; give the final address.").format(
            limit=limits.max_redirects
        )
    )


def _good(answer: Answer) -> Answer:
    if answer.status in (200, 203, 304):
        return answer
    host = urlsplit(answer.url).hostname
    reason = {
        401: gettext("asks for a password"),
        403: "refuses",
        404: gettext("has no such page"),
        410: gettext("has removed it"),
        429: gettext("is asked too often"),
    }
    raise BadAnswer(
        gettext("{host} {problem} (status {status}). Nothing was stored.").format(
            host=host, problem=reason.get(answer.status, gettext("answered with an error")), status=answer.status
        ),
        upstream_status=answer.status,
    )


def _check_robots(url: str, limits: Limits, deadline: Deadline) -> None:
    def read(robots_url: str) -> Answer | None:
        """Fetch the rules, or None if there are none. A failing server raises: nothing may be fetched then."""
        # RFC 9309, 2.5: at least 500 KiB of the rules are read.
        small = Limits(limits.total_seconds, 512 * 1024, limits.max_redirects)
        try:
            return _follow(robots_url, {"Accept": "text/plain,*/*;q=0.1"}, small, deadline, respect_robots=False)
        except BadAnswer as error:
            # RFC 9309, 2.3.1.3: "unavailable" (4xx) allows everything, "unreachable" (5xx) forbids everything.
            if 400 <= error.extra["upstream_status"] < 500:
                return None
            raise
        # RFC 9309, 2.3.1.2: rules behind more than five redirects count as unavailable, like those of a 4xx.
        except TooManyRedirects:
            return None

    try:
        is_fine = is_allowed(url, read)
    except BadAnswer as error:
        raise FetchError(
            gettext("{problem} It was asked for its robots.txt, without which no page is fetched.").format(
                problem=error.message
            )
        ) from error
    if not is_fine:
        raise RobotsRefused(
            gettext(
                "{host} asks programs not to fetch this page (robots.txt). Nothing was stored. Open it in your"
                " browser and paste its text."
            ).format(host=urlsplit(url).hostname)
        )
