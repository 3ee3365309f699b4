"""Read XML safely: no entities, no network, no external DTD, bounded depth and size."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from articles.limits import MAX_HTML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_TAGS
from articles.parsing.base import ParseError
from articles.parsing.decode import decode_text
from articles.text.crowded_tags import has_crowded_tag
from core.marked import gettext

# The NULs: UTF-16 pads each letter with one, UTF-32 with three.
_ENTITY = re.compile(rb"\x00{0,3}".join(bytes([letter]) for letter in b"<!ENTITY"))
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_SPACE = re.compile(r"[ \t\r\n]+")


def parse_xml(raw: bytes) -> Any:
    """Return the root element. Raises ParseError `xml-entities`, `malformed-xml`, `too-large` or `too-deep`."""
    refuse_entities(raw)
    refuse_crowded(raw)
    try:
        root = etree.fromstring(raw, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        root = _parse_decoded(raw, error)
    _refuse_deep(root)
    return root


def refuse_entities(raw: bytes) -> None:
    """Refuse entity declarations in any encoding that keeps ASCII or pads it with NUL. No news format needs them."""
    if _ENTITY.search(raw):
        raise ParseError(
            "xml-entities",
            gettext("The XML declares entities, which can explode. Nothing was stored. Send it without."),
        )


def refuse_crowded(raw: bytes) -> None:
    """Refuse a document with too many tags, which take a hundred times their bytes in memory, or one of many attributes."""
    if raw.count(b"<") > MAX_XML_TAGS:
        raise ParseError(
            "too-large",
            gettext("The XML has more than {limit:,} tags. Nothing was stored. Send it in several files.").format(
                limit=MAX_XML_TAGS
            ),
        )
    # Each byte as a character: only signs of ASCII are looked for, and in UTF-16 they have a NUL beside them.
    if has_crowded_tag(raw.replace(b"\0", b"").decode("latin-1"), is_xml=True):
        raise ParseError(
            "too-deep",
            gettext("A tag of the XML has more than {limit:,} attributes. Nothing was stored.").format(
                limit=MAX_HTML_ATTRIBUTES
            ),
        )


def _parse_decoded(raw: bytes, first: Exception) -> Any:
    """Parse again with the encoding that we detect: files declare wrong ones."""
    try:
        text, _ = decode_text(raw, is_markup=True, may_guess=False)
        return etree.fromstring(_DECLARATION.sub("", text).encode(errors="replace"), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = str(first).split(", line")[0][:200]
        line = getattr(first, "lineno", None)
        where = gettext(" in line {line}").format(line=line) if line else ""
        code = "too-deep" if "xcessive depth" in reason else "malformed-xml"
        raise ParseError(
            code,
            gettext("It is not well-formed XML: {reason}{place}. Nothing was stored.").format(
                reason=reason, place=where
            ),
        ) from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        # libxml2's own bounds on depth and text stay on.
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_deep(root: Any) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_XML_DEPTH:
            raise ParseError(
                "too-deep",
                gettext("The XML is nested more than {limit} levels. Nothing was stored.").format(limit=MAX_XML_DEPTH),
            )


def local(element: Any) -> str:
    """Return the tag without its namespace, in lower case."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def text_of(element: Any) -> str:
    """Return all text inside with white space collapsed; an empty string for None."""
    return _SPACE.sub(" ", "".join(element.itertext())).strip() if element is not None else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """Return the child elements with these local names, in any namespace."""
    return (child for child in element if local(child) in names)


def first(element: Any, *path: str) -> Any:
    """Return the first element down a path of local names, or None."""
    for name in path:
        element = next(children(element, name), None) if element is not None else None
    return element


def descendants(element: Any, *names: str) -> Iterator[Any]:
    return (node for node in element.iter() if local(node) in names)


def collapse(text: str | None) -> str:
    return _SPACE.sub(" ", text) if text else ""
