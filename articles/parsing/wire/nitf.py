"""NITF 3.x, the news industry's older text format, alone or inside NewsML-G2 and ninjs."""

from collections.abc import Iterator
from typing import Any

from articles.parsing.base import ParsedArticle, ParseError
from articles.parsing.build import build
from articles.parsing.wire.xml_blocks import blocks_of_xml
from articles.parsing.xml import children, descendants, first, local, parse_xml, text_of
from articles.text.canonical import RawBlock, canonical_from_blocks
from core.marked import gettext

TAGS = {
    "p": "p",
    "hl2": "h2",
    "hl1": "h2",
    "bq": "blockquote",
    "block": "",
    "ul": "",
    "ol": "",
    "dl": "",
    "li": "li",
    "dt": "dt",
    "dd": "dd",
    "table": "",
    "tr": "",
    "td": "td",
    "th": "th",
    "caption": "caption",
    "media": "",
    "media-caption": "figcaption",
    "pre": "pre",
    "note": "p",
    "fn": "p",
    "nitf-table": "",
    "body.content": "",
    "body.end": "",
    "tagline": "p",
    "hr": "",
    "div": "",
    "h1": "h2",
    "h2": "h2",
    "h3": "h3",
    "h4": "h4",
    "section": "",
    "article": "",
    "figcaption": "figcaption",
    "blockquote": "blockquote",
}


def blocks_of_nitf(raw: bytes) -> list[RawBlock]:
    return body_blocks(parse_xml(raw))


def headline_of(root: Any) -> str:
    hedline = next(descendants(root, "hedline"), None)
    headline = text_of(first(hedline, "hl1")) or text_of(hedline)
    return headline or text_of(next(descendants(root, "title"), None))


def article_of_nitf(root: Any, *, name: str, raw: bytes) -> ParsedArticle:
    """Parse a NITF document. Raises ParseError `no-text`."""
    headline = headline_of(root)
    blocks = body_blocks(root)
    if not blocks and not headline:
        raise ParseError("no-text", gettext("The NITF document has neither headline nor body. Nothing was stored."))
    document = next(descendants(root, "doc-id"), None)
    published = next(descendants(root, "date.release"), None)
    issued = next(descendants(root, "date.issue"), published)
    publication = next(descendants(root, "pubdata"), None)
    dateline = next(descendants(root, "dateline"), None)
    return build(
        canonical_from_blocks(blocks, title=headline),
        name=name,
        raw=raw,
        content_type="application/nitf+xml",
        external_id=_attribute(document, "id-string"),
        url=_attribute(publication, "ex-ref") if _attribute(publication, "ex-ref").startswith("http") else "",
        source_name=_attribute(publication, "name") or text_of(next(descendants(root, "distributor"), None)),
        origin_name=text_of(next(descendants(root, "doc.rights"), None)) or _attribute(document, "regsrc"),
        byline=byline_of(root),
        published_at=_attribute(issued, "norm") or text_of(first(dateline, "story.date")) or None,
        language=_language(root),
        extra={"format": "nitf"},
        version=_attribute(next(descendants(root, "du-key"), None), "version"),
        version_at=_attribute(next(descendants(root, "date.issue"), None), "norm") or None,
    )


def byline_of(root: Any) -> str:
    """Return the people of the first byline, without their job titles (`byttl`)."""
    byline = next(descendants(root, "byline"), None)
    if byline is None:
        return ""
    people = [name for person in descendants(byline, "person") if (name := text_of(person))]
    return ", ".join(people) or " ".join(" ".join(text for text, job in _pieces(byline) if not job).split())


def _pieces(byline: Any) -> Iterator[tuple[str, bool]]:
    """Return (text, is a job title) in document order."""
    for element in byline.iter():
        is_job = any(local(one) == "byttl" for one in (element, *element.iterancestors("{*}byttl")))
        yield element.text or "", is_job
        if element is not byline:
            yield element.tail or "", any(True for _ in element.iterancestors("{*}byttl"))


def body_blocks(root: Any) -> list[RawBlock]:
    """Return the standfirst and the blocks of `body.content`. `headline_of` reads the headline."""
    held = root if local(root) == "body" else next(children(root, "body"), None)
    content = next(children(held, "body.content"), held) if held is not None else None
    body = list(blocks_of_xml(content, TAGS)) if content is not None else []
    return [*_standfirst(root), *body]


def _standfirst(root: Any) -> list[RawBlock]:
    """Return the second headline and the abstract, which are in `body.head`."""
    head = next(descendants(root, "body.head"), None)
    if head is None:
        return []
    second = [("standfirst", text_of(line)) for line in descendants(head, "hl2")]
    abstracts = [text for abstract in children(head, "abstract") for _, text in blocks_of_xml(abstract, TAGS)]
    return [*second, *(("standfirst", text) for text in abstracts)]


def _language(root: Any) -> str:
    return root.get("{http://www.w3.org/XML/1998/namespace}lang") or _attribute(
        next(descendants(root, "body"), None), "lang"
    )


def _attribute(element: Any, name: str) -> str:
    return element.get(name) or "" if element is not None else ""
