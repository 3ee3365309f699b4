"""NewsML-G2: news items with text (NITF, XHTML, plain), alone or in a news message. Other G2 items hold no article."""

from typing import Any

from lxml import etree

from articles.parsing.base import Outcome, Outcomes, ParsedArticle, ParseError, failure
from articles.parsing.build import build, domain_in_identifier, notices
from articles.parsing.values import looks_like_html
from articles.parsing.wire.nitf import TAGS, body_blocks, byline_of, headline_of
from articles.parsing.wire.xml_blocks import blocks_of_xml
from articles.parsing.xml import children, descendants, first, local, text_of
from articles.text.canonical import (
    CanonicalText,
    RawBlock,
    canonical_from_blocks,
    canonical_from_html,
    canonical_from_plain,
)
from articles.text.characters import normalise_line
from core.errors import DomainError
from core.marked import gettext
from core.marked import mark as _

_WITHOUT_TEXT = {
    "packageitem": _("a package, which only points to other items"),
    "conceptitem": _("a concept"),
    "knowledgeitem": _("a vocabulary"),
    "planningitem": _("a plan of coverage"),
    "catalogitem": _("a catalogue"),
}
NEWSML_ROOTS = frozenset({"newsitem", "newsmessage", *_WITHOUT_TEXT})


def articles_of_newsml(root: Any, *, name: str, raw: bytes) -> Outcomes:
    """Return the articles of a news item or of a message's items. Packages and coverage plans are failures."""
    if local(root) != "newsmessage":
        yield _outcome(root, name, raw)
        return
    items = [item for held in children(root, "itemset") for item in held]
    if not items:
        raise ParseError("no-text", gettext("The news message holds no items. Nothing was stored."))
    for number, item in enumerate(items, start=1):
        yield _outcome(item, f"{name}#{number}", etree.tostring(item, encoding="utf-8", with_tail=False))


def _outcome(item: Any, name: str, raw: bytes) -> Outcome:
    try:
        kind = _WITHOUT_TEXT.get(local(item))
        if kind:
            raise ParseError(
                "no-text", gettext("It is {kind}, with no text of its own. It was left out.").format(kind=gettext(kind))
            )
        return _article(item, name, raw)
    except DomainError as error:
        return failure(name, error)


def _article(item: Any, name: str, raw: bytes) -> ParsedArticle:
    meta, content = first(item, "itemmeta"), first(item, "contentmeta")
    headline = _headline(content) or text_of(first(meta, "title"))
    description = text_of(first(content, "description"))
    provider = first(meta, "provider")
    holder = first(item, "rightsinfo", "copyrightholder")
    extra = _extra(item, meta, description)
    return build(
        _canonical(item, headline, description),
        name=name,
        raw=raw,
        content_type="application/vnd.iptc.g2.newsitem+xml",
        external_id=item.get("guid") or "",
        source_name=text_of(first(provider, "name"))
        or text_of(first(holder, "name"))
        or _name_of_element(provider)
        or _name_of_element(holder),
        source_domain=_uri(provider) or _uri(holder) or domain_in_identifier(item.get("guid") or ""),
        origin_name=_name_of_element(first(content, "infosource")),
        byline=text_of(first(content, "by")) or _name_of_element(first(content, "creator")) or byline_of(item),
        published_at=_date(meta, content),
        language=_language(item, content),
        extra=extra,
        warnings=notices(extra),
        version=item.get("version") or "",
        version_at=text_of(first(meta, "versioncreated")) or None,
    )


def _canonical(item: Any, headline: str, description: str) -> CanonicalText:
    for inline in descendants(item, "inlinexml"):
        root = document_in(inline)
        title = headline or headline_of(inline)
        blocks = _with_standfirst(blocks_of_document(root), _second_headlines(item, root), title)
        canonical = canonical_from_blocks(blocks, title=title)
        if _has_words(canonical):
            return canonical
    for data in descendants(item, "inlinedata"):
        given = _of_data(data, headline)
        if given and _has_words(given):
            return given
    if headline or description:
        return canonical_from_plain(description, title=headline)
    raise ParseError("no-text", gettext("The news item has no headline, description or text. It was left out."))


def _with_standfirst(blocks: list[RawBlock], standfirst: list[RawBlock], title: str) -> list[RawBlock]:
    """Put the standfirst behind the headline if the body repeats the headline."""
    repeats = bool(blocks) and normalise_line(blocks[0][1]) == normalise_line(title)
    return [*blocks[:repeats], *standfirst, *blocks[repeats:]]


def _has_words(canonical: CanonicalText) -> bool:
    return bool(canonical.text) and (len(canonical.blocks) > 1 or not canonical.title)


def document_in(inline: Any) -> Any:
    """Return the NITF or HTML document in an `inlineXML`, or the element itself if it holds an HTML fragment.

    Returns None for anything else, such as SportsML.
    """
    whole = next(children(inline, "nitf", "html", "body"), None)
    if whole is not None:
        return whole
    is_html = "html" in (inline.get("contenttype") or "") or any(local(child) in TAGS for child in inline)
    return inline if is_html else None


def _of_data(data: Any, headline: str) -> CanonicalText | None:
    kind, value = data.get("contenttype") or "", "".join(data.itertext())
    # What has an encoding is a picture or a PDF in base 64.
    if not value.strip() or data.get("encoding") or not (not kind or kind.startswith("text/") or "html" in kind):
        return None
    if "html" in kind or looks_like_html(value):
        return canonical_from_html(value, title=headline)
    return canonical_from_plain(value, title=headline)


def _second_headlines(item: Any, root: Any) -> list[RawBlock]:
    """Return the standfirst from `hlrole:sub`. A NITF document inside has its own."""
    content = first(item, "contentmeta")
    if content is None or root is None or local(root) == "nitf":
        return []
    others = [line for line in children(content, "headline") if "sub" in (line.get("role") or "").lower()]
    return [("standfirst", text_of(line)) for line in others]


def blocks_of_document(root: Any) -> list[RawBlock]:
    if root is None:
        return []
    if local(root) == "nitf":
        return body_blocks(root)
    body = first(root, "body") if local(root) == "html" else root
    return list(blocks_of_xml(body, TAGS)) if body is not None else []


def _headline(content: Any) -> str:
    """Return the main headline: the first without another role."""
    lines = list(children(content, "headline")) if content is not None else []
    # A QCode such as `hlrole:main`, whose scheme alias is the sender's choice.
    main = next((line for line in lines if (line.get("role") or "main").lower().endswith("main")), None)
    return text_of(main if main is not None else next(iter(lines), None))


def _name_of_element(party: Any) -> str:
    """Return `<name>`, else the literal, else the code without its scheme."""
    if party is None:
        return ""
    return text_of(first(party, "name")) or party.get("literal") or (party.get("qcode") or "").rpartition(":")[2]


def _uri(party: Any) -> str:
    uri = party.get("uri") or "" if party is not None else ""
    return uri if uri.startswith(("http://", "https://")) else ""


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
