"""Send one request, bounded in time and size. Redirects are not followed here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.exceptions import DecodeError, HTTPError, SSLError

from core.fetching.connections import Deadline, pool_for
from core.fetching.errors import AddressRefused, FetchError, FetchTimedOut, TooMuch

_CHUNK = 64 * 1024
# As long as the columns that hold addresses.
LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    total_seconds: float = 20.0
    max_bytes: int = 10 * 1024 * 1024  # decoded: a small compressed answer must not unfold beyond it
    max_redirects: int = 5
    is_cut: bool = False  # the status is the answer: a body that is longer, slow or broken off is cut there


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` has lower-case names. `body` is decoded (gzip, deflate)."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    limits: Limits | None = None,
    deadline: Deadline | None = None,
) -> Answer:
    """Send one request to a checked address. Raises FetchError; any status is an answer.

    A `deadline` of the caller's spans several requests.
    """
    limits = limits or Limits()
    deadline = deadline or Deadline(limits.total_seconds)
    deadline.check()
    parts = checked_url(url)
    host = str(parts.hostname)
    pool = pool_for(parts.scheme, host, parts.port, deadline)
    try:
        response = pool.urlopen(
            method,
            _target(parts),
            headers=_headers(headers),
            body=body,
            # urllib3 would follow redirects by itself, past the check of the next address.
            redirect=False,
            retries=False,
            preload_content=False,
            # The pool is made for this one checked host, so there is nothing to compare.
            assert_same_host=False,
        )
        content = _read(response, limits, deadline)
    except (HTTPError, OSError) as error:
        raise _explained(error, host, deadline) from error
    finally:
        deadline.release()
        pool.close()
    return Answer(url, response.status, content, _storable_headers(response.headers))


def checked_url(url: str, *, field: str = "") -> SplitResult:
    """Parse an http(s) URL without credentials. Raises AddressRefused, with a pointer to the field if one is given."""
    try:
        parts = urlsplit(url)
        # Reading the port raises ValueError where it is none.
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _refused(_("This is not a web address. Write it like https://example.org/story."), field) from error
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url or port == 0:
        raise _refused(_("Only http and https addresses are fetched, such as https://example.org/story."), field)
    if parts.username is not None or parts.password is not None:
        raise _refused(_("An address with a name and password in it is not fetched. Leave them out."), field)
    if field and len(url) > LONGEST_ADDRESS:
        raise _refused(
            _("The address is longer than {limit:,} characters.").format(limit=LONGEST_ADDRESS),
            field,
        )
    return parts


def _refused(detail: str, field: str) -> AddressRefused:
    errors = [{"pointer": f"/{field}", "code": "url-invalid", "detail": detail}] if field else []
    return AddressRefused(_("{detail} Nothing was saved.").format(detail=detail) if field else detail, errors=errors)


def _headers(given: Mapping[str, str] | None) -> dict[str, str]:
    return {"User-Agent": settings.FETCH_USER_AGENT, "Accept-Encoding": "gzip, deflate", **(given or {})}


def _storable_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return lower-case names and values without NUL: callers store some of them, and Postgres refuses it."""
    return {name.lower().replace("\0", ""): value.replace("\0", "") for name, value in headers.items()}


def _target(parts: SplitResult) -> str:
    # urllib3 escapes what the request line of HTTP cannot hold.
    path = parts.path or "/"
    return urllib3.util.parse_url(f"{path}?{parts.query}" if parts.query else path).url


def _read(response: urllib3.BaseHTTPResponse, limits: Limits, deadline: Deadline) -> bytes:
    # Saves reading where the server is honest; only the loop below can be relied on.
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > limits.max_bytes and not limits.is_cut:
        raise _too_much(limits)
    body = bytearray()
    try:
        for chunk in response.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limits.max_bytes:
                raise _too_much(limits)
            deadline.check()
    except (FetchError, HTTPError, OSError):
        if not limits.is_cut:
            raise
    return bytes(body[: limits.max_bytes])


def _too_much(limits: Limits) -> TooMuch:
    return TooMuch(
        _("The answer is larger than {size:,} KB. It was not read further, nothing was stored.").format(
            size=limits.max_bytes // 1024
        )
    )


def _explained(error: Exception, host: str, deadline: Deadline) -> FetchError:
    # A socket that the deadline has shut fails with all kinds of errors, rarely with a time-out.
    if deadline.is_over or isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
        return FetchTimedOut(
            _("{host} took too long to answer. Nothing was stored; try it again later.").format(host=host)
        )
    if isinstance(error, SSLError):
        return FetchError(
            _("{host} cannot prove that it is {host}, so nothing was fetched: {reason}.").format(
                host=host, reason=_reason(error)
            )
        )
    if isinstance(error, DecodeError):
        return FetchError(
            _("The answer of {host} is damaged: its compression cannot be undone. Nothing was stored.").format(
                host=host
            )
        )
    return FetchError(
        _("{host} broke off before its answer was complete. Nothing was stored; try it again later.").format(host=host)
    )


def _reason(error: Exception) -> str:
    """Describe a certificate error in words."""
    said = str(error).lower()
    reasons = {
        "has expired": _("its certificate has expired"),
        "not yet valid": _("its certificate is not valid yet"),
        "mismatch": _("its certificate is for another name"),
        "doesn't match": _("its certificate is for another name"),
        "self-signed": _("its certificate comes from an issuer that this machine does not trust"),
        "unable to get": _("its certificate comes from an issuer that this machine does not trust"),
    }
    return next((reason for sign, reason in reasons.items() if sign in said), _("its TLS is not valid"))
