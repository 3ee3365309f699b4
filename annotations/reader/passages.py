"""Cut a found passage into pieces to draw: matched words, and a little of its neighbours. Pure."""

from collections.abc import Iterable, Iterator

AROUND = 160


def cut_at_marks(text: str, marks: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Return (words, is marked); the words joined are the text."""
    at = 0
    for start, end in sorted(marks):
        if start < at or end > len(text) or start >= end:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def end_of_paragraph(before: str, size: int = AROUND) -> str:
    """Return the neighbour before: the last words of the same paragraph."""
    line = before.rpartition("\n")[2]
    return line if len(line) <= size else "…" + line[-size:].partition(" ")[2]


def start_of_paragraph(after: str, size: int = AROUND) -> str:
    """Return the neighbour after: the first words of the same paragraph."""
    line = after.partition("\n")[0]
    return line if len(line) <= size else line[:size].rpartition(" ")[0] + "…"
