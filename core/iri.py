"""Parse web addresses: host, absoluteness, ASCII form of international addresses."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

_KEPT = "/:;@!$&'()*+,=~-._%?"
# Most addresses are plain: a name of letters and digits, then nothing that `quote` would change. Taking those apart was a
# quarter of the time of an export as ninjs (2026-11-30).
_NAME = r"https?://(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*)(?::[0-9]{1,5})?"
_IN_PATH = r"[A-Za-z0-9/:;@!$&'()*+,=~\-._%]"
_PLAIN_HOST = re.compile(_NAME + r"(?:[/?#]|\Z)")
_PLAIN = re.compile(rf"{_NAME}(?:/{_IN_PATH}*)?(?:\?(?:{_IN_PATH}|\?)+)?(?:#(?:{_IN_PATH}|\?)+)?")


# Exports ask for the same addresses, the desk's and the articles', with every check.
@lru_cache(maxsize=1024)
def host(url: str) -> str:
    """Return the lower-case ASCII host of an http(s) URL; empty for anything else, broken ones included."""
    plain = _PLAIN_HOST.match(url)
    return plain["host"] if plain else _read_host(url)


def _read_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
    except ValueError:
        return ""
    return ascii_host(name) if parts.scheme in ("http", "https") else ""


def ascii_host(name: str) -> str:
    try:
        # With a trailing dot it is the same host: an absolute name of DNS.
        return name.lower().rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def is_absolute(url: str) -> bool:
    """Return whether it is an http(s) URL with a host and without white space."""
    return bool(host(url)) and url.split() == [url]


@lru_cache(maxsize=1024)
def to_uri(iri: str) -> str:
    """Return the address in ASCII (RFC 3987, 3.1), for formats that demand a URI."""
    return iri if _PLAIN.fullmatch(iri) else _convert(iri)


def _convert(iri: str) -> str:
    try:
        parts = urlsplit(iri.strip())
        netloc = _ascii_netloc(parts.netloc, parts.hostname or "")
    except ValueError:
        return quote(iri, safe=_KEPT + "#")
    return urlunsplit(
        (parts.scheme, netloc, quote(parts.path, _KEPT), quote(parts.query, _KEPT), quote(parts.fragment, _KEPT))
    )


def _ascii_netloc(netloc: str, name: str) -> str:
    if netloc.isascii():
        return netloc
    userinfo, at, rest = netloc.rpartition("@")
    _, colon, port = rest.rpartition(":")
    # `isdigit` alone takes the digits of other scripts too: a host "¹" became the port ":¹".
    ending = f":{port}" if colon and port.isascii() and port.isdigit() else ""
    return quote(userinfo, _KEPT) + at + (ascii_host(name) or quote(name)) + ending
