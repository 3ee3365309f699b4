"""Cut a text into searchable passages. Pure: offsets in, offsets out."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from articles.text.sentences import sentences

# Code points. A news paragraph has 200 to 400: a passage is one or two of them, and never a page.
WANTED = 500
MOST = 1_200

Span = tuple[int, int]


class BlockLike(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def role(self) -> str: ...


def chunks(text: str, blocks: Sequence[BlockLike], language: str = "") -> list[Span]:
    """Return the passages in order, without furniture. The headline is its own: it weighs more."""
    spans: list[Span] = []
    is_open = False  # whether the last span may still grow
    for block in blocks:
        if block.role == "furniture":
            is_open = False
        elif block.role == "headline":
            spans.append((block.start, block.end))
            is_open = False
        elif is_open and block.end - spans[-1][0] <= WANTED:
            spans[-1] = (spans[-1][0], block.end)
        else:
            spans += _pieces(text, (block.start, block.end), language)
            is_open = True
    return spans


def _pieces(text: str, span: Span, language: str) -> Iterator[Span]:
    """Cut a long span between sentences, and inside a sentence that is too long."""
    start, end = span
    if end - start <= MOST:
        yield span
        return
    at = reached = start
    for sentence_start, sentence_end in sentences(text[start:end], language):
        if start + sentence_end - at > WANTED and reached > at:
            yield from _cut(at, reached)
            at = start + sentence_start
        reached = start + sentence_end
    yield from _cut(at, end)


def _cut(start: int, end: int) -> Iterator[Span]:
    while end - start > MOST:
        yield start, start + MOST
        start += MOST
    if start < end:
        yield start, end
