"""Turn the XML of an article's body (NITF, XHTML inside XML) into blocks."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from articles.parsing.values import take_block
from articles.parsing.xml import collapse, local
from articles.text.canonical import RawBlock
from articles.text.html_blocks import raised_or_lowered
from articles.text.tables import Rows

SKIPPED = frozenset(["script", "style", "media-metadata", "media-producer", "media-reference", "object", "head"])
_SCRIPTS = {"sup": "sup", "sub": "sub", "num-sup": "sup"}
_CONTAINER = ""  # ends a block, and has no tag of its own


def blocks_of_xml(root: Any, tags: Mapping[str, str], *, skipped: frozenset[str] = SKIPPED) -> Iterator[RawBlock]:
    """Return (tag, text) of the elements in `tags`; `""` there means a container. Other elements are inline."""
    open_tags = ["p"]
    parts: list[str] = []
    rows = Rows()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if event == "start" and name in skipped:
            walk.skip_subtree()
        if name in tags or element is root:
            yield from ((rows.tag_of(tag), text) for tag, text in take_block(parts, open_tags[-1]))
        if event == "start" and name == "tr":
            rows.begin()
        if event == "start":
            own = tags.get(name, _CONTAINER)
            open_tags.append(_inherited(own, open_tags[-1]) if name in tags else open_tags[-1])
            parts.append("\n" if name == "br" else "" if name in skipped else _text_of(name, element))
        else:
            open_tags.pop()
            parts.append(collapse(element.tail) if element is not root else "")
    yield from take_block(parts, "p")


def _text_of(name: str, element: Any) -> str:
    return raised_or_lowered(_SCRIPTS[name], collapse(element.text)) if name in _SCRIPTS else collapse(element.text)


def _inherited(own: str, outer: str) -> str:
    return outer if own in {"p", _CONTAINER} and outer in {"li", "blockquote", "td", "figcaption"} else own or "p"
