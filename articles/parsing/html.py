"""A web page: trafilatura finds the article and its metadata; what the page states more precisely is taken."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from articles.canonical_url import InvalidUrl, canonicalise_url, domain_of
from articles.characters import words
from articles.dates import parse_datetime
from articles.html_blocks import raise_numbers, refuse_deep_html
from articles.limits import MAX_HTML_TAGS
from articles.parsing.base import Outcomes, ParsedArticle, ParseError, Source
from articles.parsing.build import build
from articles.parsing.claimreview import foreign_checks
from articles.parsing.decode import decode_text
from articles.parsing.json_ld import article_node, json_ld_nodes
from articles.text import CanonicalText, RawBlock, canonical_from_blocks, canonical_from_html

_BLOCK_OF = {
    "p": "p",
    "head": "h2",
    "item": "li",
    "quote": "blockquote",
    "cell": "td",
    "ab": "p",
    "div": "p",
    "code": "",
}
_CONTAINERS = words("body list table row main div")
_CHROME = ["nav", "footer", "aside", "form", "script", "style", "noscript", "template", "svg", "button", "select"]
_TRUSTED = 1.6  # times trafilatura's text that the page's own <article> may hold and still be taken for it
_OPENING = re.compile(r"<[a-zA-Z]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def parse_html(source: Source) -> Outcomes:
    raw = source.read()
    text, warnings = decode_text(raw, charset=source.charset, is_markup=True)
    yield parse_page(text, name=source.name, raw=raw, fetched_from=source.options.base_url, warnings=warnings)


def parse_page(
    text: str, *, name: str, raw: bytes, fetched_from: str = "", warnings: list[str] | None = None
) -> ParsedArticle:
    """The article of a page. Raises ParseError `no-text` where there is none."""
    tree = _tree(text)
    stated = _Stated(tree)
    own = _own_article(tree)
    document = _extracted(tree, fetched_from)
    title = document.title or stated.title
    return build(
        _chosen(document, own, title),
        name=name,
        raw=raw,
        content_type="text/html",
        title=title,
        url=_identity(document.url or stated.url, fetched_from),
        source_name=document.sitename or stated.site,
        source_domain=document.hostname or "",
        byline=(document.author or stated.author).replace("; ", ", "),
        published_at=_published(document.date, stated.dates),
        language=stated.language,
        extra={"description": document.description} if document.description else {},
        foreign_checks=stated.checks,
        warnings=warnings,
    )


def article_of_page(text: str, *, title: str) -> CanonicalText:
    """The words of a page whose details are known from elsewhere."""
    tree = _tree(text)
    own = _own_article(tree)
    return _chosen(_extracted(tree, ""), own, title)


def _tree(text: str) -> Any:
    """Raises ParseError `no-text` or `too-large`, HtmlTooDeep."""
    refuse_deep_html(text)
    _refuse_huge(text)
    tree = load_html(raise_numbers(_XML_DECLARATION.sub("", text)))
    if tree is None:
        raise ParseError("no-text", "There is no text in the page. Nothing was stored.")
    return tree


def _extracted(tree: Any, fetched_from: str) -> Any:
    """trafilatura's Document, an empty one where it finds no article."""
    found = bare_extraction(tree, url=fetched_from or None, include_comments=False, with_metadata=True)
    return found or Document()


def _refuse_huge(text: str) -> None:
    if text.count("<") > MAX_HTML_TAGS and len(_OPENING.findall(text)) > MAX_HTML_TAGS:
        raise ParseError(
            "too-large", f"The page has more than {MAX_HTML_TAGS:,} tags. Nothing was stored. Send its text."
        )


class _Stated:
    """What the page says of itself in `lang`, meta tags and JSON-LD, read before trafilatura changes the tree."""

    def __init__(self, tree: Any) -> None:
        nodes = json_ld_nodes(tree)
        article = article_node(nodes)
        self.checks = foreign_checks(nodes)
        self.title = article.get("headline", "") or _first(
            tree, "//meta[@property='og:title']/@content", "//title/text()"
        )
        self.author = article.get("author", "") or _first(tree, "//meta[@name='author']/@content")
        self.site = article.get("publisher", "") or _first(tree, "//meta[@property='og:site_name']/@content")
        self.url = _first(tree, "//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
        self.language = (
            _first(tree, "/html/@lang", "//html/@xml:lang", "//meta[@http-equiv='content-language']/@content")
            or article.get("inLanguage", "")
            or _first(tree, "//meta[@property='og:locale']/@content")
        )
        times = [
            article.get("datePublished", ""),
            _first(tree, "//meta[@property='article:published_time']/@content"),
            _first(tree, "//meta[@itemprop='datePublished']/@content", "//time[@itemprop='datePublished']/@datetime"),
            _first(tree, "//time/@datetime"),
        ]
        self.dates = [at for value in times if value and (at := parse_datetime(value))]


def _first(tree: Any, *paths: str) -> str:
    for path in paths:
        for value in tree.xpath(path):
            if str(value).strip():
                return str(value).strip()
    return ""


def _published(day: str | None, stated: list[datetime]) -> datetime | None:
    """trafilatura finds the day; the time of day comes from the first statement that agrees with it."""
    if not day:
        return stated[0] if stated else None
    exact = next(
        (at for at in stated if at.date().isoformat() == day or at.astimezone(UTC).date().isoformat() == day), None
    )
    return exact or parse_datetime(day)


def _identity(canonical: str, fetched_from: str) -> str:
    """The canonical address, where it can be this page's: no front page, no other site than it was fetched from."""
    try:
        url = canonicalise_url(canonical)
        if url.count("/") == 3 and url.endswith("/"):
            return fetched_from
        if fetched_from and domain_of(url).removeprefix("m.") != domain_of(fetched_from).removeprefix("m."):
            return fetched_from
    except InvalidUrl:
        return fetched_from
    return url


def _own_article(tree: Any) -> str:
    """The HTML of the page's only <article>, else of <main> or <body>, without navigation and the like."""
    for path in ("//article", "//main", "//body"):
        found = tree.xpath(path)
        if len(found) == 1:
            copy = etree.fromstring(
                etree.tostring(found[0], encoding="unicode", method="xml", with_tail=False), _recovering()
            )
            if copy is None:
                return ""
            etree.strip_elements(copy, *_CHROME, with_tail=False)
            return str(etree.tostring(copy, encoding="unicode", method="html"))
    return ""


def _recovering() -> etree.XMLParser:
    return etree.XMLParser(recover=True, resolve_entities=False, no_network=True)


def _chosen(document: Any, own_html: str, title: str) -> CanonicalText:
    """trafilatura's extract, but for short pages, which it gives as one paragraph or not at all: the page's own."""
    blocks = _blocks(document.body) if document.body is not None else ()
    found = canonical_from_blocks(blocks, title=title)
    if len(found.blocks) > 2:
        return found
    own = canonical_from_html(own_html, title=title)
    body = sum(block.end - block.start for block in found.blocks[1:])
    if not body or (len(own.blocks) > len(found.blocks) and len(own.text) <= _TRUSTED * len(found.text) + 200):
        return own
    return found


def _blocks(body: Any) -> Iterator[RawBlock]:
    """The blocks of trafilatura's tree: p, head, list/item, quote, table/row/cell, lb; other tags are inline."""
    open_tags = ["p"]
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in _CONTAINERS or bool(_BLOCK_OF.get(tag))
        if is_block:
            yield from _flushed(parts, open_tags[-1])
        if event == "start":
            open_tags.append(_tag_inside(element, tag, open_tags[-1]) if is_block else open_tags[-1])
            parts.append("\n" if tag == "lb" else element.text or "")
        else:
            open_tags.pop()
            parts.append(element.tail or "" if element is not body else "")
    yield from _flushed(parts, "p")


def _tag_inside(element: Any, tag: str, outer: str) -> str:
    """A paragraph in a quote or a list item is a quote or a list item."""
    if tag == "head":
        rank = element.get("rend", "")
        return rank if rank in {"h1", "h2", "h3", "h4", "h5", "h6"} else "h2"
    own = _BLOCK_OF.get(tag, "p")
    return outer if own == "p" and outer in {"li", "blockquote", "td"} else own


def _flushed(parts: list[str], tag: str) -> Iterator[RawBlock]:
    text = "".join(parts)
    parts.clear()
    if text.strip():
        yield tag, text
