"""Clean and bound the fields of a parsed article: the last step of every parser."""

import re
from datetime import datetime
from typing import Any

from articles.canonical_url import InvalidUrl, canonicalise_url, domain_of
from articles.limits import MAX_FIELD_CODE_POINTS, MAX_TITLE_CODE_POINTS
from articles.parsing.base import ForeignCheck, ParsedArticle, ParseError
from articles.text.canonical import CanonicalText
from articles.text.characters import normalise_line
from articles.text.dates import parse_datetime
from articles.text.languages import normalise_language
from core.marked import gettext as _

_NOT_USABLE = frozenset(["canceled", "cancelled", "withheld"])
_HOST = r"(?:www\.|api\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})"
# Whoever gave an id its name: urn:newsml:news.example:20260304:7, tag:news.example,2026:7.
_GIVER = re.compile(rf"(?:urn:newsml:|tag:|https?://){_HOST}(?=[:,/?]|$)", re.I)
TITLE_FROM_TEXT = 90  # code points, where an article has no headline


def build(
    canonical: CanonicalText,
    *,
    name: str,
    raw: bytes,
    content_type: str,
    title: str = "",
    url: str = "",
    external_id: str = "",
    source_name: str = "",
    source_domain: str = "",
    origin_name: str = "",
    byline: str = "",
    published_at: str | datetime | None = None,
    language: str = "",
    extra: dict[str, Any] | None = None,
    foreign_checks: list[ForeignCheck] | None = None,
    warnings: list[str] | None = None,
    version: str = "",
    version_at: str | datetime | None = None,
    suggested: dict[str, tuple[str, str]] | None = None,
) -> ParsedArticle:
    """Build a ParsedArticle; an unusable address, date or language becomes a warning.

    Raises ParseError `no-text` or `invalid-field`."""
    if not canonical.text:
        raise ParseError("no-text", _("There is no text in it. Nothing was stored."))
    if len(normalise_line(external_id)) > MAX_FIELD_CODE_POINTS:
        # Cut, two long ids with one beginning would be one article.
        raise ParseError(
            "invalid-field",
            _("Its id has more than {limit:,} characters. Nothing was stored.").format(limit=MAX_FIELD_CODE_POINTS),
        )
    warnings = list(warnings or [])
    found_url = _url(url, warnings)
    published = _date(published_at, warnings)
    tag = _language(language, warnings)
    told = [normalise_line(warning) for warning in warnings]  # they quote the input, control characters and all
    return ParsedArticle(
        title=_title(title, canonical),
        canonical=canonical,
        name=name,
        raw=raw,
        content_type=content_type,
        url=found_url,
        external_id=_short(external_id),
        source_name=_short(source_name),
        source_domain=_domain(source_domain, found_url),
        origin_name=_short(origin_name),
        byline=_short(byline),
        published_at=published,
        language=tag,
        extra={**(extra or {}), **({"warnings": told} if told else {})},
        foreign_checks=foreign_checks or [],
        version=_short(version),
        version_at=parse_datetime(version_at) if isinstance(version_at, str) else version_at,
        suggested={field: given for field, given in (suggested or {}).items() if given[0]},
    )


def notices(extra: dict[str, Any]) -> list[str]:
    """Return the agency's notices that an editor has to know: cancelled, withheld, embargo."""
    status = str(extra.get("pub_status", "")).lower()
    told = (
        [_("The agency's status of this item is “{status}”: it must not be used.").format(status=status)]
        if status in _NOT_USABLE
        else []
    )
    embargo = parse_datetime(str(extra.get("embargoed", ""))) if extra.get("embargoed") else None
    return [*told, *([_("The agency's embargo ends at {ends}.").format(ends=embargo.isoformat())] if embargo else [])]


def domain_in_identifier(identifier: str) -> str:
    """Return the publisher's domain in an identifier.

    As in `urn:newsml:dpa.com:2009...`, `tag:tt.se,2021:...`, `https://api.ap.org/...`.
    """
    found = _GIVER.match(identifier)
    return found.group(1).lower() if found else ""


def _title(given: str, canonical: CanonicalText) -> str:
    title = canonical.title or normalise_line(given)
    if title:
        return title[:MAX_TITLE_CODE_POINTS]
    # Four times as much as is kept: white space may be most of it.
    start = " ".join(canonical.text[: 4 * TITLE_FROM_TEXT].split())
    if len(start) <= TITLE_FROM_TEXT:
        return start
    return start[:TITLE_FROM_TEXT].rsplit(" ", 1)[0] + " …"


def _short(value: str) -> str:
    return normalise_line(value)[:MAX_FIELD_CODE_POINTS] if value else ""


def _url(value: str, warnings: list[str]) -> str:
    if not value:
        return ""
    try:
        return canonicalise_url(value)
    except InvalidUrl as error:
        warnings.append(_("The address was left out: {message}").format(message=error.message))
        return ""


def _domain(given: str, url: str) -> str:
    """Return the given domain (host or address), else that of the article's address."""
    for candidate in (given, f"https://{given}" if given else "", url):
        if "://" in candidate:
            try:
                return domain_of(candidate)
            except InvalidUrl:
                continue
    return ""


def _date(value: str | datetime | None, warnings: list[str]) -> datetime | None:
    if not value or isinstance(value, datetime):
        return value or None
    found = parse_datetime(value)
    if not found:
        warnings.append(
            _("The date “{value}” was left out: it cannot be read. Write it like 2021-06-16T17:08:16Z.").format(
                value=value[:60]
            )
        )
    return found


def _language(value: str, warnings: list[str]) -> str:
    tag = normalise_language(value) if value else ""
    if value and not tag:
        warnings.append(
            _("The language “{value}” was left out: it is not a language tag such as en or pt-BR.").format(
                value=value[:40]
            )
        )
    return tag
