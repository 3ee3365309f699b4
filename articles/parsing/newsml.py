"""NewsML-G2: news items with text (NITF, XHTML, plain), alone or in a news message. Other G2 items carry no article."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from articles.parsing.base import Outcome, Outcomes, ParsedArticle, ParseError, failure
from articles.parsing.build import build
from articles.parsing.nitf import TAGS, body_blocks, headline_of
from articles.parsing.xml import children, descendants, first, local, text_of
from articles.parsing.xml_blocks import blocks_of_xml
from articles.text import CanonicalText, RawBlock, canonical_from_blocks, canonical_from_html, canonical_from_plain
from factcheck.errors import DomainError

_WITHOUT_TEXT = {
    "packageitem": "a package, which only points to other items",
    "conceptitem": "a concept",
    "knowledgeitem": "a vocabulary",
    "planningitem": "a plan of coverage",
    "catalogitem": "a catalogue",
}
NEWSML_ROOTS = frozenset({"newsitem", "newsmessage", *_WITHOUT_TEXT})
_MAX_ITEMS = 10_000


def articles_of_newsml(root: Any, *, name: str, raw: bytes) -> Outcomes:
    """The articles of a news item or of the items in a message; a package or plan beside them is a failure of its own."""
    if local(root) != "newsmessage":
        yield _outcome(root, name, raw)
        return
    items = [item for held in children(root, "itemset") for item in held][:_MAX_ITEMS]
    if not items:
        raise ParseError("no-text", "The news message holds no items. Nothing was stored.")
    for number, item in enumerate(items, start=1):
        yield _outcome(item, f"{name}#{number}", etree.tostring(item, encoding="utf-8", with_tail=False))


def _outcome(item: Any, name: str, raw: bytes) -> Outcome:
    try:
        kind = _WITHOUT_TEXT.get(local(item))
        if kind:
            raise ParseError("no-text", f"It is {kind}, with no text of its own. It was left out.")
        return _article(item, name, raw)
    except DomainError as error:
        return failure(name, error)


def _article(item: Any, name: str, raw: bytes) -> ParsedArticle:
    meta, content = first(item, "itemmeta"), first(item, "contentmeta")
    headline = text_of(first(content, "headline")) or text_of(first(meta, "title"))
    description = text_of(first(content, "description"))
    provider = first(meta, "provider")
    holder = first(item, "rightsinfo", "copyrightholder")
    return build(
        _canonical(item, headline, description),
        name=name,
        raw=raw,
        content_type="application/vnd.iptc.g2.newsitem+xml",
        external_id=item.get("guid") or "",
        source_name=_name(provider) or _name(holder),
        source_domain=_uri(provider) or _uri(holder),
        origin_name=_name(first(content, "infosource")),
        byline=text_of(first(content, "by")) or _name(first(content, "creator")) or _nitf_byline(item),
        published_at=_date(meta, content),
        language=_language(item, content),
        extra=_extra(item, meta, description),
    )


def _canonical(item: Any, headline: str, description: str) -> CanonicalText:
    for inline in _inline(item):
        canonical = canonical_from_blocks(_blocks(inline), title=headline or headline_of(inline))
        if canonical.text and (len(canonical.blocks) > 1 or not canonical.title):
            return canonical
    for data in descendants(item, "inlinedata"):
        kind, value = data.get("contenttype") or "", "".join(data.itertext())
        if value.strip() and (not kind or kind.startswith("text/")) and not data.get("encoding"):
            return (
                canonical_from_html(value, title=headline)
                if "html" in kind
                else canonical_from_plain(value, title=headline)
            )
    if headline or description:
        return canonical_from_plain(description, title=headline)
    raise ParseError("no-text", "The news item has no headline, description or text. It was left out.")


def _inline(item: Any) -> Iterator[Any]:
    return (
        child
        for inline in descendants(item, "inlinexml")
        for child in inline
        if local(child) in {"nitf", "html", "div", "body"}
    )


def _blocks(inline: Any) -> list[RawBlock]:
    if local(inline) == "nitf":
        return body_blocks(inline)
    body = first(inline, "body") if local(inline) == "html" else inline
    return list(blocks_of_xml(body, TAGS)) if body is not None else []


def _name(party: Any) -> str:
    """`<name>`, else the literal, else the code without its scheme."""
    if party is None:
        return ""
    return text_of(first(party, "name")) or party.get("literal") or (party.get("qcode") or "").rpartition(":")[2]


def _uri(party: Any) -> str:
    uri = party.get("uri") or "" if party is not None else ""
    return uri if uri.startswith(("http://", "https://")) else ""


def _nitf_byline(item: Any) -> str:
    return text_of(next(descendants(item, "byline"), None))


def _date(meta: Any, content: Any) -> str | None:
    candidates = (first(meta, "firstcreated"), first(content, "contentcreated"), first(meta, "versioncreated"))
    return next((text for element in candidates if (text := text_of(element))), None)


def _language(item: Any, content: Any) -> str:
    language = first(content, "language")
    return (
        (language.get("tag") if language is not None else "")
        or item.get("{http://www.w3.org/XML/1998/namespace}lang")
        or ""
    )


def _extra(item: Any, meta: Any, description: str) -> dict[str, Any]:
    status = first(meta, "pubstatus")
    extra = {
        "format": "newsml-g2",
        "version": item.get("version") or "",
        "pub_status": (status.get("qcode") or "").rpartition(":")[2] if status is not None else "",
        "ed_note": text_of(first(meta, "ednote")),
        "embargoed": text_of(first(meta, "embargoed")),
        "description": description,
    }
    return {key: value for key, value in extra.items() if value}
