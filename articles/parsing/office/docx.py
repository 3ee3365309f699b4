"""Parse Word documents from their XML, with our limits: paragraphs by style, notes."""

from collections.abc import Iterable, Iterator
from typing import Any

from articles.limits import MAX_DOCUMENT_BYTES
from articles.parsing.archive import Budget, checked_zip, read_member
from articles.parsing.base import Outcomes, ParseError, Source
from articles.parsing.build import build
from articles.parsing.xml import children, descendants, first, local, parse_xml, text_of
from articles.text.canonical import RawBlock, canonical_from_blocks
from articles.text.html_blocks import raised_or_lowered
from articles.text.plain_blocks import looks_like_headline
from core.marked import gettext as _

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG_OF_STYLE = [
    ("title", "h1"),
    ("heading 1", "h1"),
    ("heading 2", "h2"),
    ("heading 3", "h3"),
    ("heading", "h4"),
    ("caption", "figcaption"),
    ("subtitle", "standfirst"),
    ("list", "li"),
    ("quote", "blockquote"),
    ("intense quote", "blockquote"),
]
# Deleted and moved words, field codes, and the second form of drawings for older programs.
_NOT_READ = frozenset(["del", "movefrom", "fallback", "instrtext", "deltext"])
Marks = dict[tuple[str, str], str]  # of (kind of note, its id)
_REFERENCES = {"footnotereference": "footnote", "endnotereference": "endnote"}
_SEPARATORS = frozenset(["separator", "continuationSeparator", "continuationNotice"])
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "nobreakhyphen": "\u2011"}


def parse_docx(source: Source) -> Outcomes:
    raw = source.read(MAX_DOCUMENT_BYTES)
    with checked_zip(source.stream()) as archive:
        budget = Budget()
        document = parse_xml(read_member(archive, "word/document.xml", budget))
        styles = _styles(read_member(archive, "word/styles.xml", budget))
        core = _core(read_member(archive, "docProps/core.xml", budget))
        notes = [
            (kind, parse_xml(raw))
            for kind in ("footnote", "endnote")
            if (raw := read_member(archive, f"word/{kind}s.xml", budget))
        ]
    marks = _marks(document)
    blocks = [*_read_blocks(document, styles, marks), *_notes(notes, styles, marks)]
    if not blocks:
        raise ParseError("no-text", _("The document has no text. Nothing was stored."))
    yield build(
        canonical_from_blocks(blocks, title=_headline(blocks, core.get("title", ""))),
        name=source.name,
        raw=raw,
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        title=core.get("title", ""),
        suggested={"byline": (core.get("creator", ""), _("The document's properties name its creator."))},
        language=core.get("language", ""),
        extra={"format": "docx", **{key: core[key] for key in ("created", "modified") if core.get(key)}},
    )


def _styles(raw: bytes) -> dict[str, str]:
    """Map a style id to its English name, which Word keeps in every language."""
    root = parse_xml(raw) if raw else []
    return {
        style.get(f"{_W}styleId") or "": (name.get(f"{_W}val") or "").lower()
        for style in children(root, "style")
        if (name := first(style, "name")) is not None
    }


def _core(raw: bytes) -> dict[str, str]:
    return {local(child): text_of(child) for child in parse_xml(raw)} if raw else {}


def _headline(blocks: list[RawBlock], stated: str) -> str:
    """Return the first block if its style or length says so, else the stated title."""
    tag, text = blocks[0]
    if tag in {"h1", "h2"} or looks_like_headline(blocks):
        return text
    return stated


def _read_blocks(document: Any, styles: dict[str, str], marks: Marks) -> Iterator[RawBlock]:
    for paragraph in descendants(document, "p"):
        # Drawings have paragraphs of their own namespace, without words of the document.
        if not paragraph.tag.startswith(_W) or _is_in(paragraph, "fallback"):
            continue
        text = "".join(_read_words(paragraph, marks))
        if text.strip():
            yield _tag(paragraph, styles), text


def _notes(notes: Iterable[tuple[str, Any]], styles: dict[str, str], marks: Marks) -> Iterator[RawBlock]:
    """Yield the foot- and endnotes with the number that stands in the text."""
    for kind, root in notes:
        for note in children(root, kind):
            if note.get(f"{_W}type") in _SEPARATORS:
                continue
            mark = marks.get((kind, note.get(f"{_W}id") or ""), "")
            for tag, text in _read_blocks(note, styles, marks):
                yield tag, f"{mark} {text.lstrip()}"
                mark = ""


def _marks(document: Any) -> Marks:
    """Number the notes in the order in which the text refers to them, endnotes behind footnotes."""
    found = [(name, note.get(f"{_W}id") or "") for name in _REFERENCES for note in descendants(document, name)]
    numbered = enumerate(dict.fromkeys(found), start=1)
    return {(_REFERENCES[name], note): raised_or_lowered("sup", str(number)) for number, (name, note) in numbered}


def _read_words(paragraph: Any, marks: Marks) -> Iterator[str]:
    """Yield the words with all changes accepted; text boxes are paragraphs of their own."""
    # A stack and not recursion: a hostile document nests thousands deep.
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        name = local(node)
        if name in _NOT_READ or (name == "p" and node.tag.startswith(_W)):
            continue
        if name == "t":
            yield node.text or ""
        elif name in _REFERENCES:
            yield marks.get((_REFERENCES[name], node.get(f"{_W}id") or ""), "")
        elif name in _SIGNS:
            yield _SIGNS[name]
        stack.extend(reversed(node))


def _tag(paragraph: Any, styles: dict[str, str]) -> str:
    properties = first(paragraph, "ppr")
    style = first(properties, "pstyle")
    name = styles.get(style.get(f"{_W}val") or "", "") if style is not None else ""
    for prefix, tag in _TAG_OF_STYLE:
        if name.startswith(prefix):
            return tag
    if first(properties, "numpr") is not None:
        return "li"
    return "td" if _is_in(paragraph, "tc") else "p"


def _is_in(element: Any, name: str) -> bool:
    return any(local(ancestor) == name for ancestor in element.iterancestors())
