"""Cut a text into pieces by its marks, for a page without script. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile
from typing import Protocol

from articles.text.tables import CELLS


@dataclass(frozen=True, slots=True)
class Span:
    """Marked words in half-open code points. `group` names the paint."""

    id: str
    start: int
    end: int
    kind: str
    group: str
    claim: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block under the same marks; plain text has none."""

    text: str
    groups: str = ""
    claims: str = ""


class _BlockLike(Protocol):
    @property
    def tag(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a block stands in its table. Where rows are even, a cell is below its column's name.

    A row of one cell names the rows that follow: it spans all columns.
    """

    is_even: bool
    span: int
    opens_table: bool
    closes_table: bool
    opens_row: bool
    closes_row: bool


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block as the page draws it. Adjoining list items share one list, adjoining rows one table."""

    number: int
    tag: str
    role: str
    start: int
    pieces: list[Piece]
    opens_list: bool = False
    closes_list: bool = False
    cell: Cell | None = None


_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "blockquote", "pre", "figcaption"})


def _spans_inside(block: _BlockLike, ordered: Iterable[Span]) -> list[Span]:
    reaching = takewhile(lambda span: span.start < block.end, ordered)
    return [span for span in reaching if span.end > block.start]


def shown_blocks(text: str, blocks: Sequence[_BlockLike], spans: Iterable[Span]) -> list[ShownBlock]:
    """Return the text as blocks of pieces; overlapping marks are flattened."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    cells = _cells(blocks)
    found, first = [], 0
    for number, block in enumerate(blocks):
        # A span that ends before this block touches no later block, so the scan does not start over.
        while first < len(ordered) and ordered[first].end <= block.start:
            first += 1
        inside = _spans_inside(block, islice(ordered, first, None))
        is_item = block.tag == "li"
        found.append(
            ShownBlock(
                number=number,
                tag=_tag_of_cell(blocks, number) if number in cells else _tag_of(block.tag, number),
                role=block.role,
                start=block.start,
                pieces=list(_pieces(text, block.start, block.end, inside)),
                opens_list=is_item and not (number and blocks[number - 1].tag == "li"),
                closes_list=is_item and not (number + 1 < len(blocks) and blocks[number + 1].tag == "li"),
                cell=cells.get(number),
            )
        )
    return found


def _cells(blocks: Sequence[_BlockLike]) -> dict[int, Cell]:
    """Return the cells of all tables by number. Cells without a row, of articles imported earlier, are paragraphs."""
    found: dict[int, Cell] = {}
    rows: list[list[int]] = []
    for number, block in enumerate(blocks):
        if block.tag == "tr":
            rows.append([number])
        elif rows and block.tag in CELLS:
            rows[-1].append(number)
        else:
            found |= _cells_of_table(rows)
            rows = []
    return found | _cells_of_table(rows)


def _cells_of_table(rows: list[list[int]]) -> dict[int, Cell]:
    lengths = {len(row) for row in rows if len(row) > 1}
    is_even = len(lengths) == 1
    return {
        number: Cell(
            is_even=is_even,
            span=max(lengths) if is_even and len(row) == 1 else 1,
            opens_table=number == rows[0][0],
            closes_table=number == rows[-1][-1],
            opens_row=number == row[0],
            closes_row=number == row[-1],
        )
        for row in rows
        for number in row
    }


def _tag_of_cell(blocks: Sequence[_BlockLike], number: int) -> str:
    """Return `th` for a name; the first cell of a row is one if its neighbour is."""
    named = blocks[number + 1 if blocks[number].tag == "tr" and number + 1 < len(blocks) else number]
    return "th" if named.tag == "th" else "td"


def _tag_of(tag: str, number: int) -> str:
    """Return the block's HTML tag; only the article's own headline is an h1."""
    if tag == "h1" and number:
        return "h2"
    return tag if tag in _TAGS else "p"


def _pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[Piece]:
    """Cut text[start:end] wherever a mark begins or ends.

    The pieces joined are that text.
    """
    inside = list(spans)
    edges = sorted({start, end, *(max(start, s.start) for s in inside), *(min(end, s.end) for s in inside)})
    for left, right in pairwise(edges):
        over = [span for span in inside if span.start < right and span.end > left]
        groups = dict.fromkeys(span.group for span in over)
        claims = dict.fromkeys(span.claim for span in over)
        yield Piece(text[left:right], " ".join(groups), " ".join(claims))
