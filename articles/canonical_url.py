"""Canonical URLs: one spelling per address, the identity of an article from the web."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

import idna

from articles.text.characters import words
from core.errors import DomainError
from core.marked import gettext
from core.marked import mark as _

MAX_URL = 2_000
_DEFAULT_PORT = {"http": 80, "https": 443}

_TRACKING_PREFIXES = (
    "utm_",
    "mc_",
    "pk_",
    "mtm_",
    "matomo_",
    "hsa_",
    "vero_",
    "oly_",
    "at_",
    "ns_",
    "guce_",
    "fb_action_",
    "_hs",
)
_TRACKING = words(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid twclid ttclid yclid ysclid li_fat_id igshid igsh _ga _gl
    mkt_tok spm ref_src ref_url fb_source fb_ref cmpid cmp cid_source ncid wt_mc wt.mc_id wt.mc_ev s_cid s_kwcid
    ito smid smtyp guccounter xtor ocid icid mbid trk trkcampaign hss_channel soc_src soc_trk
    __twitter_impression echobox _openstat wickedid rb_clickid sc_cid sc_campaign sc_channel sc_content
    sc_medium sc_outcome sc_geo sc_country srsltid syclid epik campaign_id email_id cvid taid
    """
)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_BREAKS = re.compile("[\t\n\r]")  # dropped, as browsers do
# Host and path of letters, digits, hyphens and slashes: nothing to decode, encode or leave out. No `xn--` in it.
_PLAIN = re.compile(r"https?://(?!.*--)[a-z0-9-]{1,63}(?:\.[a-z][a-z0-9-]{0,62})+(?:/[A-Za-z0-9_-]*)+")
_SAFE = "!$&'()*+,;=:@/?%-._~[]|"


class InvalidUrl(DomainError):
    code = "invalid-url"
    title = _("This is not a web address")


@lru_cache(maxsize=256)
def canonicalise_url(url: str) -> str:
    """Return the canonical URL: lower-case punycode host, no tracking parameters, fragment or default port.

    The order of the parameters, the scheme and a trailing slash stay: they may make another page. Canonicalising the
    result changes nothing. Raises InvalidUrl for anything but http and https.
    """
    if len(url) < 200 and _PLAIN.fullmatch(url):
        return url
    parts = _split(url)
    host = _host(parts)
    port = _port(parts)
    netloc = host if port in (None, _DEFAULT_PORT[parts.scheme]) else f"{host}:{port}"
    path = _without_dots(_escaped(parts.path)) or "/"
    query = _without_tracking(_escaped(parts.query))
    # "#!" once named pages of their own that scripts drew; any other fragment is a place on the page.
    fragment = f"#{_escaped(parts.fragment)}" if parts.fragment.startswith("!") else ""
    return f"{parts.scheme}://{netloc}{path}{'?' + query if query else ''}{fragment}"


def is_web_address(url: str) -> bool:
    """Return whether it is an http(s) address with a valid host, printable and without white space."""
    try:
        canonicalise_url(url)
    except InvalidUrl:
        return False
    return url.isprintable() and " " not in url.strip()


def check_address(url: str, *, field: str = "url") -> str:
    """Return a typed address without surrounding space, "" for none. Raises InvalidUrl with a pointer to the field."""
    text = url.strip()
    if text and not is_web_address(text):
        detail = gettext("“{text}” is not a web address. Write it like https://example.org/story.").format(
            text=text[:100]
        )
        errors = [{"pointer": f"/{field}", "code": "url-invalid", "detail": detail}]
        raise InvalidUrl(gettext("{detail} Nothing was saved.").format(detail=detail), errors=errors)
    return text


def canonical_or_given(url: str) -> str:
    """Return the canonical URL, or the input if it is no web address."""
    try:
        return canonicalise_url(url)
    except InvalidUrl:
        return url


def domain_of(url: str) -> str:
    """Return the host without `www.`, in its own script rather than punycode."""
    if len(url) < 200 and _PLAIN.fullmatch(url):
        return url.split("/", 3)[2].removeprefix("www.")
    host = _host(_split(url)).removeprefix("www.")
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def domains_of(text: str) -> list[str]:
    """Return the host of an address and the domains above it, "a.example.org" and "example.org"; none of other text."""
    try:
        host = domain_of(text if "://" in text else f"https://{text}")
    except DomainError:
        return []
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def _split(url: str) -> SplitResult:
    url = _BREAKS.sub("", url.strip())
    if not url:
        raise InvalidUrl(gettext("The address is empty. Give one that starts with http:// or https://."))
    if len(url) > MAX_URL:
        raise InvalidUrl(gettext("The address is longer than {limit:,} characters.").format(limit=MAX_URL))
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidUrl(gettext("“{url}” cannot be read as an address.").format(url=url[:100])) from error
    if parts.scheme not in _DEFAULT_PORT:
        raise InvalidUrl(gettext("“{url}” does not start with http:// or https://.").format(url=url[:100]))
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        return _canonical_ip(host) if ":" in host else _canonical_name(host)
    except (ValueError, idna.IDNAError) as error:
        raise InvalidUrl(gettext("“{host}” is not a valid host name.").format(host=host[:100])) from error


def _canonical_ip(host: str) -> str:
    return f"[{ipaddress.IPv6Address(host).compressed}]"


def _canonical_name(host: str) -> str:
    if host.isascii() and re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", host) and "xn--" not in host:
        if len(host) > 253:
            raise ValueError("host too long")
        return host
    return idna.encode(host, uts46=True).decode()


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise InvalidUrl(gettext("“{address}” has no valid port.").format(address=parts.netloc[:100])) from error


def _escaped(text: str) -> str:
    """Normalise percent escapes: upper case, and none where the character needs none."""
    # "%" is safe here: every escape that the text has stays one.
    return quote(_ESCAPE.sub(_one_escape, text), safe=_SAFE, errors="replace")


def _one_escape(match: re.Match[str]) -> str:
    character = chr(int(match.group(1), 16))
    return character if character in _UNRESERVED else match.group().upper()


def _without_dots(path: str) -> str:
    """Remove dot segments (RFC 3986, 5.2.4)."""
    # Nearly all paths: taking them apart would be the most of the work.
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in {".", ".."}:
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)


def _without_tracking(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair.partition("=")[0].lower()))


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)
