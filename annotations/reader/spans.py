"""What is marked in a text, and the text cut into the pieces that a page without script shows. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """Marked words, as the client paints them: half-open code points. `group` names the paint."""

    id: str
    start: int
    end: int
    kind: str
    group: str
    claim: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block under the same marks; `groups` and `claims` are empty for plain text."""

    text: str
    groups: str = ""
    claims: str = ""


class BlockLike(Protocol):
    @property
    def tag(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block as the page draws it. List items that follow each other stand in one list."""

    number: int
    tag: str
    role: str
    start: int
    pieces: list[Piece]
    opens_list: bool = False
    closes_list: bool = False


_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "blockquote", "pre", "figcaption"})


def shown_blocks(text: str, blocks: Sequence[BlockLike], spans: Iterable[Span]) -> list[ShownBlock]:
    """The text as blocks of pieces; overlapping marks are flattened, never nested."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    found, first = [], 0
    for number, block in enumerate(blocks):
        while first < len(ordered) and ordered[first].end <= block.start:
            first += 1
        reaching = takewhile(lambda span: span.start < block.end, islice(ordered, first, None))  # noqa: B023 -- used up here
        inside = [span for span in reaching if span.end > block.start]
        is_item = block.tag == "li"
        found.append(
            ShownBlock(
                number=number,
                tag=_tag(block.tag, number),
                role=block.role,
                start=block.start,
                pieces=list(pieces(text, block.start, block.end, inside)),
                opens_list=is_item and not (number and blocks[number - 1].tag == "li"),
                closes_list=is_item and not (number + 1 < len(blocks) and blocks[number + 1].tag == "li"),
            )
        )
    return found


def _tag(tag: str, number: int) -> str:
    """Only the article's own headline is the page's h1."""
    if tag == "h1" and number:
        return "h2"
    return tag if tag in _TAGS else "p"


def pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[Piece]:
    """text[start:end] in order, cut wherever a mark begins or ends. The pieces joined are that text."""
    inside = list(spans)
    edges = sorted({start, end, *(max(start, s.start) for s in inside), *(min(end, s.end) for s in inside)})
    for left, right in pairwise(edges):
        over = [span for span in inside if span.start < right and span.end > left]
        groups = dict.fromkeys(span.group for span in over)
        claims = dict.fromkeys(span.claim for span in over)
        yield Piece(text[left:right], " ".join(groups), " ".join(claims))
