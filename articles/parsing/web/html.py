"""Parse a web page: trafilatura finds the article; facts that the page states about itself win."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from articles.limits import MAX_HTML_TAGS, MAX_TEXT_CODE_POINTS
from articles.parsing.base import Outcomes, ParsedArticle, ParseError, Source
from articles.parsing.build import build
from articles.parsing.decode import decode_text
from articles.parsing.values import looks_like_html, take_block
from articles.parsing.web.page_facts import (
    PageFacts,
    byline_of,
    identity_of,
    language_of,
    published_at,
    site_of,
    title_of,
)
from articles.text.canonical import (
    CanonicalText,
    RawBlock,
    canonical_from_blocks,
    canonical_from_html,
    canonical_from_plain,
)
from articles.text.characters import words
from articles.text.html_blocks import drop_struck_out, raise_numbers, refuse_hostile_html
from articles.text.tables import Rows
from core.marked import gettext
from core.marked import mark as _

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
_SAME_WORDS, _SLACK = 1.1, 40  # how much longer the page's own blocks may be than trafilatura's
_FEW, _LOST = 3, 0.05  # words (navigation) that trafilatura's paragraph may have and the page's own blocks lack
_FAR_MORE, _LEAST_STATED = 1.5, 400  # times trafilatura's text, and code points more, that JSON-LD must hold
NO_BODY = _(
    "Only the headline was found: the page's words are made by a script, or are behind a login."
    " Paste the text to have all of it."
)
_CODE = words("script style template")
_MOST_WORDS = 2 * MAX_TEXT_CODE_POINTS  # of the article and all that stands around it
# Only dates that the markup states: one found in the running text is a proposal (articles/text/proposals.py), not a fact.
_DATES = {"extensive_search": False, "original_date": True}
MAX_JSON_LD = 1_000_000  # code points of one script
_BEGINNING = 1_000  # code points
_HIDDEN = "//body//*[@hidden or @style][not(self::script or self::template)]"
_NO_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.I)
_OPENING = re.compile(r"<[a-zA-Z]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def parse_html(source: Source) -> Outcomes:
    raw = source.read()
    text, warnings = decode_text(raw, charset=source.charset, is_markup=True)
    yield _parse_page(text, name=source.name, raw=raw, fetched_from=source.options.base_url, warnings=warnings)


def _parse_page(
    text: str, *, name: str, raw: bytes, fetched_from: str = "", warnings: list[str] | None = None
) -> ParsedArticle:
    """Read the article of a page. Raises ParseError `no-text` where there is none."""
    tree = _tree(text)
    facts = PageFacts(tree)
    own = _own_article(tree)
    document = _extracted(tree, fetched_from)
    title = title_of(document, facts)
    canonical = _chosen(document, own, title, facts.body)
    return build(
        canonical,
        name=name,
        raw=raw,
        content_type="text/html",
        title=title,
        url=identity_of(document.url or facts.url, fetched_from),
        source_name=site_of(document, facts),
        source_domain=document.hostname or "",
        byline=byline_of(document, facts),
        published_at=published_at(document.date, facts, document.url or facts.url),
        language=language_of(canonical.text, facts),
        extra={"description": document.description} if document.description else {},
        foreign_checks=facts.checks,
        warnings=[*(warnings or []), *_warnings(canonical)],
    )


def _warnings(canonical: CanonicalText) -> list[str]:
    return [NO_BODY] if canonical.title and len(canonical.blocks) == 1 else []


def article_of_page(text: str, *, title: str) -> CanonicalText:
    """Return the text of a page when its details are known from elsewhere."""
    tree = _tree(text)
    own, stated = _own_article(tree), PageFacts(tree).body
    return _chosen(_extracted(tree, ""), own, title, stated)


def _tree(text: str) -> Any:
    """Parse the page. Raises ParseError `no-text` or `too-large`, HtmlTooDeep."""
    _refuse_huge(text)
    refuse_hostile_html(text)
    # lxml refuses a str that declares an encoding of its own.
    text = drop_struck_out(raise_numbers(_XML_DECLARATION.sub("", text)))
    # trafilatura takes a page without <html> for something else
    tree = load_html(text if "<html" in text[:_BEGINNING].lower() else f"<html>{text}")
    if tree is None:
        raise ParseError("no-text", gettext("There is no text in the page. Nothing was stored."))
    _bound(tree)
    _drop_hidden(tree)
    return tree


def _drop_hidden(tree: Any) -> None:
    """Take out what the page shows nobody. A part that holds half of the words stays: a script shows it to readers."""
    found = [element for element in tree.xpath(_HIDDEN) if _is_hidden(element)]
    if not found:
        return
    most = sum(map(len, tree.itertext())) / 2
    for element in found:
        if sum(map(len, element.itertext())) < most and element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    # `until-found` is text that readers unfold.
    if element.get("hidden", "until-found").strip().lower() != "until-found":
        return True
    return bool(_NO_DISPLAY.search(element.get("style", "")))


def _bound(tree: Any) -> None:
    """Refuse a page with more words than any article has, before extractors take minutes. Drops huge JSON-LD.

    Raises ParseError `too-long`.
    """
    length = 0
    for element in tree.iter():
        if element.tag not in _CODE:
            length += len(element.text or "")
        elif len(element.text or "") > MAX_JSON_LD:
            element.text = ""
        length += len(element.tail or "")
    if length > _MOST_WORDS:
        raise ParseError(
            "too-long",
            gettext("The page has more than {limit:,} characters of text. Nothing was stored. Send its text.").format(
                limit=_MOST_WORDS
            ),
        )


def _extracted(tree: Any, fetched_from: str) -> Any:
    """Return trafilatura's Document, an empty one if it finds no article."""
    found = bare_extraction(
        tree, url=fetched_from or None, include_comments=False, with_metadata=True, date_extraction_params=_DATES
    )
    return found or Document()


def _refuse_huge(text: str) -> None:
    if text.count("<") > MAX_HTML_TAGS and len(_OPENING.findall(text)) > MAX_HTML_TAGS:
        raise ParseError(
            "too-large",
            gettext("The page has more than {limit:,} tags. Nothing was stored. Send its text.").format(
                limit=MAX_HTML_TAGS
            ),
        )


def _own_article(tree: Any) -> str:
    """Return the HTML of the only <article>, else <main> or <body>, without navigation."""
    for path in ("//article", "//main", "//body"):
        found = tree.xpath(path)
        if len(found) == 1:
            copy = etree.fromstring(
                # A copy, as trafilatura works on the tree itself and the chrome is cut out of this one.
                etree.tostring(found[0], encoding="unicode", method="xml", with_tail=False),
                _recovering(),
            )
            if copy is None:
                return ""
            etree.strip_elements(copy, *_CHROME, with_tail=False)
            return str(etree.tostring(copy, encoding="unicode", method="html"))
    return ""


def _recovering() -> etree.XMLParser:
    return etree.XMLParser(recover=True, resolve_entities=False, no_network=True)


def _chosen(document: Any, own_html: str, title: str, stated_body: str) -> CanonicalText:
    """Return trafilatura's extract, which has no fewer of the article's words than the alternatives.

    Two exceptions: the page's JSON-LD holds far more of the article (the page is made by a script, or was not
    understood); or trafilatura found a short page as one paragraph, or not at all, and the page itself has blocks.
    """
    blocks = _blocks_of_tree(document.body) if document.body is not None else ()
    found = canonical_from_blocks(blocks, title=title)
    body = sum(block.end - block.start for block in found.blocks if block.role != "headline")
    if len(stated_body) > _LEAST_STATED + _FAR_MORE * body:
        return _stated(stated_body, title)
    if len(found.blocks) > 2:
        return found
    own = canonical_from_html(own_html, title=title)
    if not body:
        return own
    others = (_stated(stated_body, title), own) if stated_body else (own,)
    return next((other for other in others if _says_the_same(other, found)), found)


def _says_the_same(other: CanonicalText, found: CanonicalText) -> bool:
    """Return whether it has the same words in more blocks."""
    if len(other.blocks) <= len(found.blocks) or len(other.text) > _SAME_WORDS * len(found.text) + _SLACK:
        return False
    words_of_it, said = set(other.text.split()), found.text.split()
    missing = sum(word not in words_of_it for word in said)
    return missing <= max(_FEW, _LOST * len(said))


def _stated(body: str, title: str) -> CanonicalText:
    """Build the text of a JSON-LD body, which is HTML or plain text."""
    return canonical_from_html(body, title=title) if looks_like_html(body) else canonical_from_plain(body, title=title)


def _blocks_of_tree(body: Any) -> Iterator[RawBlock]:
    """Return the blocks of trafilatura's tree: p, head, list/item, quote, table/row/cell, lb; other tags are inline."""
    open_tags = ["p"]
    parts: list[str] = []
    rows = Rows()
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in _CONTAINERS or bool(_BLOCK_OF.get(tag))
        if is_block:
            yield from ((rows.tag_of(name), text) for name, text in take_block(parts, open_tags[-1]))
        if event == "start" and tag == "row":
            rows.begin()
        if event == "start":
            open_tags.append(_tag_inside(element, tag, open_tags[-1]) if is_block else open_tags[-1])
            parts.append("\n" if tag == "lb" else element.text or "")
        else:
            open_tags.pop()
            parts.append(element.tail or "" if element is not body else "")
    yield from take_block(parts, "p")


def _tag_inside(element: Any, tag: str, outer: str) -> str:
    """Return the block's tag: a paragraph in a quote or a list item is a quote or a list item."""
    if tag == "head":
        rank = element.get("rend", "")
        return rank if rank in {"h1", "h2", "h3", "h4", "h5", "h6"} else "h2"
    own = "th" if tag == "cell" and element.get("role") == "head" else _BLOCK_OF.get(tag, "p")
    return outer if own == "p" and outer in {"li", "blockquote", "td", "th"} else own
