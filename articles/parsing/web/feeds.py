"""Parse RSS and Atom, well formed or not: each entry is an article."""

import calendar
import io
import logging
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
import orjson

from articles.limits import MAX_ITEMS_IN_DOCUMENT
from articles.parsing.base import Outcome, Outcomes, ParseError, Source, failure
from articles.parsing.build import build
from articles.parsing.xml import refuse_crowded, refuse_entities
from articles.text.canonical import canonical_from_html, canonical_from_plain
from core.errors import DomainError
from core.marked import gettext as _

logger = logging.getLogger(__name__)

_MAIL_AND_NAME = re.compile(r"\S+@\S+ ?\((.{1,200})\)")
_LONGEST_AUTHOR = 500
_CHARACTER = re.compile(rb"&#(?:x([0-9a-f]{6,20})|([0-9]{7,20}));", re.I)


def parse_feed(source: Source) -> Outcomes:
    raw = source.read()
    refuse_entities(raw)
    refuse_crowded(raw)
    feed = _parsed(raw, source)
    if not feed.entries:
        raise ParseError(
            "no-text", _("The feed has no entries{trouble}. Nothing was stored.").format(trouble=_reason(feed))
        )
    entries = feed.entries[:MAX_ITEMS_IN_DOCUMENT]
    home = str(feed.feed.get("link") or source.options.base_url or "")
    for entry in entries:
        entry["link"] = _absolute(home, entry)
    links = Counter(map(_link_of, entries))
    shared = {link for link, count in links.items() if count > 1}  # the podcast's page, not the episode's
    for number, entry in enumerate(entries, start=1):
        yield _outcome(entry, feed.feed, f"{source.name}#{number}", shared)


def _parsed(raw: bytes, source: Source) -> Any:
    # A stream, never bytes or a string: feedparser would open those as a file or an address.
    stream = io.BytesIO(_CHARACTER.sub(_possible, raw))
    try:
        return feedparser.parse(
            stream, sanitize_html=False, resolve_relative_uris=False, response_headers=_headers(source)
        )
    except Exception as error:  # feedparser raises whatever a damaged element leads to
        logger.warning("feed could not be parsed", exc_info=error, extra={"item": source.name})
        raise ParseError("malformed-xml", _("The feed is damaged and cannot be read. Nothing was stored.")) from error


def _possible(reference: re.Match[bytes]) -> bytes:
    """Replace numeric character references to impossible characters by U+FFFD: feedparser fails on them."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if number <= 0x10FFFF else b"&#xFFFD;"


def _headers(source: Source) -> dict[str, str]:
    headers = {"content-location": source.options.base_url} if source.options.base_url else {}
    if source.charset:
        headers["content-type"] = f"{source.content_type or 'application/xml'}; charset={source.charset}"
    return headers


def _reason(feed: Any) -> str:
    return (
        _(" and is not well formed ({reason})").format(reason=str(feed.bozo_exception)[:120])
        if feed.get("bozo")
        else ""
    )


def _outcome(entry: Any, feed: Any, name: str, shared: set[str]) -> Outcome:
    try:
        return _article(entry, feed, name, shared)
    except DomainError as error:
        return failure(name, error)
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError) as error:
        logger.warning("feed entry could not be read", exc_info=error, extra={"item": name})
        return failure(
            name, ParseError("unreadable", _("The entry is damaged and was left out. The others were read."))
        )


def _article(entry: Any, feed: Any, name: str, shared: set[str]) -> Outcome:
    """Read an entry. A link shared by several entries is no identity if their guids differ."""
    title = _plain(entry.get("title_detail"))
    value, is_html, is_excerpt = _longest_words(entry)
    if not (value.strip() or title):
        raise ParseError("no-text", _("The entry has neither title nor text. It was left out."))
    canonical = canonical_from_html(value, title=title) if is_html else canonical_from_plain(value, title=title)
    guid, link = str(entry.get("id") or ""), _link_of(entry)
    details: dict[str, Any] = {
        "url": "" if guid and link in shared and guid != link else link,
        "external_id": guid,
        "byline": _byline(entry),
        "published_at": _published(entry),
        "language": _language(entry) or feed.get("language") or "",
    }
    updated = _updated(entry)
    article = build(
        canonical,
        name=name,
        raw=orjson.dumps({**details, **updated, "title": title, "html" if is_html else "text": value}),
        content_type="application/json",
        title=title,
        source_name=_plain(feed.get("title_detail")),
        source_domain=str(feed.get("link") or ""),
        origin_name=str((entry.get("source") or {}).get("title") or ""),
        extra={"format": "feed", **updated, **({"is_excerpt": True} if is_excerpt else {})},
        version_at=_datetime(entry.get("updated_parsed")) if updated else None,
        **details,
    )
    article.id_beats_url = True
    return article


def _updated(entry: Any) -> dict[str, str]:
    """Return `updated` as written; feedparser invents it from the publication date."""
    return {"updated": str(entry["updated"])} if "updated" in entry else {}


def _longest_words(entry: Any) -> tuple[str, bool, bool]:
    """Return (value, is HTML, is only a summary): the longest content, HTML before text of the same length."""
    contents = [one for one in entry.get("content", []) if one.get("value") and not one.get("src")]
    if contents:
        best = max(contents, key=lambda one: (len(one["value"]), "html" in one.get("type", "")))
        return best["value"], best.get("type") != "text/plain", False
    summary = entry.get("summary_detail") or {}
    return summary.get("value") or "", summary.get("type") != "text/plain", bool(summary.get("value"))


def _plain(detail: Any) -> str:
    """Return the words of a title, which may be HTML."""
    value = (detail or {}).get("value") or ""
    if detail and detail.get("type") != "text/plain":
        return " ".join(canonical_from_html(value).text.split())
    return " ".join(value.split())


def _absolute(home: str, entry: Any) -> str:
    """Return the entry's link, a relative one joined to the feed's page: left as it is it would be no address."""
    link = str(entry.get("link") or "")
    # Not "77": feedparser takes a guid for a link.
    if not link.startswith(("/", "./", "../")) or not home.startswith(("http://", "https://")):
        return link
    try:
        return urljoin(home, link)
    except ValueError:
        return link


def _link_of(entry: Any) -> str:
    link = str(entry.get("link") or "")
    return link if link.startswith(("http://", "https://")) else ""


def _language(entry: Any) -> str:
    details = [*entry.get("content", []), entry.get("summary_detail") or {}, entry.get("title_detail") or {}]
    return next((str(detail["language"]) for detail in details if detail.get("language")), "")


def _byline(entry: Any) -> str:
    """Return the byline. RSS 2.0 wants `ann@paper.example (Ann Lee)`, of which feedparser loses a part."""
    # Cut: the pattern takes a second for 2,000 characters of nothing but `@` and brackets.
    in_brackets = _MAIL_AND_NAME.fullmatch(str(entry.get("author") or "").strip()[:_LONGEST_AUTHOR])
    if in_brackets:
        return in_brackets[1]
    return ", ".join(author.get("name", "") for author in entry.get("authors", []) if author.get("name"))


def _published(entry: Any) -> datetime | str | None:
    """Return the date. Dates that feedparser cannot read (other languages, written out) go to our own parser."""
    for key in ("published", "updated"):
        name = f"{key}_parsed"
        # Asked first: reading a missing updated date makes feedparser warn and answer with the published one.
        if name in entry and (found := _datetime(entry[name])):
            return found
    return entry.get("published") or ("updated" in entry and entry["updated"]) or None


def _datetime(parsed: Any) -> datetime | None:
    """Turn feedparser's UTC tuple into a datetime; None for an impossible date."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), tz=UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
