"""Canonical text of a revision, which every offset refers to, and its blocks.

Offsets are Unicode code points, zero-based, half-open. Blocks stand in order, do not overlap, are never empty and are
joined by exactly one blank line. Normalisation happens here, before the first offset exists, and never again: a change
of these rules is a new TEXT_PROFILE.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from articles.limits import MAX_BLOCKS, MAX_TEXT_CODE_POINTS
from articles.text.characters import (
    compose,
    normalise_inline,
    normalise_line,
    words,
)
from articles.text.furniture import find_furniture
from articles.text.html_blocks import blocks_of_html
from articles.text.plain_blocks import blocks_of_plain, looks_like_headline
from articles.text.sentences import sentences
from core.errors import DomainError
from core.marked import gettext
from core.marked import mark as _

__all__ = [
    "BLOCK_SEPARATOR",
    "TEXT_PROFILE",
    "Block",
    "CanonicalText",
    "TextTooLong",
    "canonical_from_blocks",
    "canonical_from_html",
    "canonical_from_plain",
    "normalise_inline",
    "normalise_line",
    "sentences",
]

TEXT_PROFILE = "2"  # since 2026-12-01 without what HTML strikes out
BLOCK_SEPARATOR = "\n\n"

Role = Literal["headline", "standfirst", "body", "caption", "list", "furniture"]
RawBlock = tuple[str, str]  # tag, text; "standfirst" is a paragraph of that role, "tr" the first cell of a row

_ROLE_OF_TAG: dict[str, Role] = {
    "h1": "headline",
    "standfirst": "standfirst",
    "figcaption": "caption",
    "caption": "caption",
    "li": "list",
    "dt": "list",
    "dd": "list",
}
_TAGS = words("h1 h2 h3 h4 h5 h6 p li dt dd blockquote figcaption caption pre tr td th")


class TextTooLong(DomainError):
    code = "too-long"
    title = _("The text is too long")


class Block(NamedTuple):
    """A stretch of the canonical text. The role `furniture` is a proposal; a person's role is a BlockRole."""

    tag: str
    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class CanonicalText:
    text: str
    blocks: tuple[Block, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def title(self) -> str:
        """Return the headline on one line; empty if there is none."""
        if self.blocks and self.blocks[0].role == "headline":
            return _on_one_line(self.of(self.blocks[0]))
        return ""

    def of(self, block: Block) -> str:
        return self.text[block.start : block.end]


def canonical_from_blocks(blocks: Iterable[RawBlock], *, title: str | None = None) -> CanonicalText:
    """Build canonical text from (tag, text) pairs. A `title` becomes block 0 unless block 0 says it.

    Raises TextTooLong. Canonicalising the blocks of the result again changes nothing.
    """
    return _joined(_cleaned(blocks), title)


def canonical_from_plain(raw: str, *, title: str | None = None) -> CanonicalText:
    """Build canonical text from plain text: blocks by blank lines or lines, bullets, hard wraps joined.

    Without a `title` a short first block that more text follows is the headline.
    """
    _refuse_too_long(len(raw))
    blocks = blocks_of_plain(raw)
    if not title and looks_like_headline(blocks):
        blocks[0] = ("h1", blocks[0][1])
    return _joined([(tag, compose(text)) for tag, text in blocks], title)


def canonical_from_html(html: str, *, title: str | None = None) -> CanonicalText:
    """Build canonical text from the HTML of an article body. A leading h1 is the headline."""
    return canonical_from_blocks(blocks_of_html(html), title=title)


def _cleaned(blocks: Iterable[RawBlock]) -> list[RawBlock]:
    cleaned = []
    for tag, raw in blocks:
        text = normalise_inline(raw)
        if text:
            cleaned.append((tag, text))
    return cleaned


def _joined(clean: list[RawBlock], title: str | None) -> CanonicalText:
    return _join(_with_headline(clean, normalise_line(title) if title else ""))


def _with_headline(blocks: list[RawBlock], title: str) -> list[RawBlock]:
    """Put the title before the blocks unless block 0 is it. Only block 0 is an h1."""
    if title and not (blocks and _on_one_line(blocks[0][1]) == title):
        blocks.insert(0, ("h1", title))
    elif title:
        blocks[0] = ("h1", blocks[0][1])
    return [("h2" if tag == "h1" and n else tag, text) for n, (tag, text) in enumerate(blocks)]


def _on_one_line(clean: str) -> str:
    return " ".join(clean.split()) if "\n" in clean else clean


def _join(raw: list[RawBlock]) -> CanonicalText:
    text = BLOCK_SEPARATOR.join([text for _, text in raw])
    _refuse_too_long(len(text), len(raw))
    furniture = find_furniture([text for _, text in raw], has_headline=bool(raw) and raw[0][0] == "h1")
    blocks, start = [], 0
    for number, (tag, block_text) in enumerate(raw):
        end = start + len(block_text)
        role: Role = "furniture" if number in furniture else _ROLE_OF_TAG.get(tag, "body")
        blocks.append(Block(tag if tag in _TAGS else "p", start, end, role))
        start = end + len(BLOCK_SEPARATOR)
    return CanonicalText(text, tuple(blocks))


def _refuse_too_long(length: int, blocks: int = 0) -> None:
    if length > MAX_TEXT_CODE_POINTS:
        raise TextTooLong(
            gettext(
                "The text has {length:,} characters; at most {limit:,} are taken. Nothing was stored."
                " Split it into several articles."
            ).format(length=length, limit=MAX_TEXT_CODE_POINTS)
        )
    if blocks > MAX_BLOCKS:
        raise TextTooLong(
            gettext(
                "The text has {blocks:,} paragraphs; at most {limit:,} are taken. Nothing was stored. Split it"
                " into several articles."
            ).format(blocks=blocks, limit=MAX_BLOCKS)
        )
