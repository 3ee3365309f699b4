"""NewsML 1.0 to 1.2, which some agencies still send: each news item that holds a text, at any nesting.

A news item is a tree of components with alternatives and attachments; its longest text is read. Identity is provider,
date and id without the revision number, so that revisions share it.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from articles.parsing.base import Outcome, Outcomes, ParsedArticle, ParseError, failure
from articles.parsing.build import build, notices
from articles.parsing.values import looks_like_html
from articles.parsing.wire.newsml import blocks_of_document, document_in
from articles.parsing.wire.nitf import byline_of, headline_of
from articles.parsing.xml import descendants, first, local, text_of
from articles.text.canonical import (
    CanonicalText,
    canonical_from_blocks,
    canonical_from_html,
    canonical_from_plain,
)
from core.errors import DomainError
from core.marked import gettext as _

_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def is_newsml1(element: Any) -> bool:
    """Return whether it is NewsML 1: NewsML-G2 writes its elements with a lower-case first letter."""
    return etree.QName(element).localname in {"NewsML", "NewsItem"}


def articles_of_newsml1(root: Any, *, name: str, raw: bytes) -> Outcomes:
    """`root` is the document or one of its items."""
    if local(root) == "newsitem":
        yield _outcome(root, name, raw)
        return
    items = [child for child in root if isinstance(child.tag, str) and local(child) == "newsitem"]
    if not items:
        raise ParseError("no-text", _("The NewsML document holds no items. Nothing was stored."))
    for number, item in enumerate(items, start=1):
        own = f"{name}#{number}" if len(items) > 1 else name
        yield _outcome(item, own, etree.tostring(item, encoding="utf-8", with_tail=False))


def _outcome(item: Any, name: str, raw: bytes) -> Outcome:
    try:
        return _article(item, name, raw)
    except DomainError as error:
        return failure(name, error)


def _article(item: Any, name: str, raw: bytes) -> ParsedArticle:
    extra = _extra(item)
    return build(
        _canonical(item),
        name=name,
        raw=raw,
        content_type="text/vnd.iptc.newsml",
        external_id=_identity(item),
        source_name=_party(item, "provider") or _first_text(item, "providerid"),
        source_domain=_first_text(item, "providerid"),
        origin_name=_party(item, "source"),
        byline=_line(item, "byline") or _party(item, "creator") or byline_of(item),
        published_at=_first_text(item, "firstcreated")
        or _first_text(item, "thisrevisioncreated")
        or _first_text(item, "dateid")
        or None,
        language=_formal_name(_one(item, "language")) or item.get(_XML_LANGUAGE) or "",
        extra=extra,
        warnings=notices(extra),
        version=_first_text(item, "revisionid"),
        version_at=_first_text(item, "thisrevisioncreated") or None,
    )


def _canonical(item: Any) -> CanonicalText:
    """Return the longest text, or the headline alone if the item holds only pictures or videos."""
    headline = _line(item, "headline")
    texts = [_of_content(data, headline) for data in descendants(item, "datacontent") if not _is_encoded(data)]
    found = max(_with_words(texts), key=lambda text: len(text.text), default=None)
    if found is None and not headline:
        raise ParseError("no-text", _("The news item has neither headline nor text. It was left out."))
    return found or canonical_from_plain("", title=headline)


def _with_words(texts: Iterable[CanonicalText]) -> list[CanonicalText]:
    return [text for text in texts if text.text and (len(text.blocks) > 1 or not text.title)]


def _of_content(data: Any, headline: str) -> CanonicalText:
    document = document_in(data)
    if document is not None:
        return canonical_from_blocks(blocks_of_document(document), title=headline or headline_of(document))
    value = "".join(data.itertext())
    if looks_like_html(value):
        return canonical_from_html(value, title=headline)
    return canonical_from_plain(value, title=headline)


def _is_encoded(data: Any) -> bool:
    """Return whether it is a picture or PDF in base 64."""
    return any((one.get("Notation") or "").lower() not in ("", "none") for one in data.iterancestors("{*}Encoding"))


def _identity(item: Any) -> str:
    parts = [_first_text(item, name) for name in ("providerid", "dateid", "newsitemid")]
    if all(parts):
        return "urn:newsml:" + ":".join(parts)
    return _first_text(item, "publicidentifier") or _first_text(item, "newsitemid")


def _extra(item: Any) -> dict[str, Any]:
    status = _formal_name(_one(item, "status"))
    will_change = first(_one(item, "statuswillchange"), "dateandtime")
    extra = {
        "format": "newsml-1",
        "version": _first_text(item, "revisionid"),
        "pub_status": status.lower(),
        "embargoed": text_of(will_change) if status.lower() == "embargoed" else "",
        "description": _line(item, "slugline"),
    }
    return {key: value for key, value in extra.items() if value}


def _one(item: Any, name: str) -> Any:
    return next(descendants(item, name), None)


def _first_text(item: Any, name: str) -> str:
    """Return the text of the first element that has any."""
    return next((text for element in descendants(item, name) if (text := text_of(element))), "")


def _line(item: Any, name: str) -> str:
    return next((text for lines in descendants(item, "newslines") if (text := _first_text(lines, name))), "")


def _party(item: Any, role: str) -> str:
    return next((name for element in descendants(item, role) if (name := _formal_name(first(element, "party")))), "")


def _formal_name(element: Any) -> str:
    return (element.get("FormalName") or "").strip() if element is not None else ""
